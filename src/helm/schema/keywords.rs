//! The keywords that hold for texts, numbers, lists and maps.

use super::{Subject, Validator, Violation, equal};
use crate::helm::yaml::tree::{Data, Tree};

impl Validator<'_> {
    pub(super) fn check_string(&self, schema: &Tree, subject: &Subject<'_>, text: &str, found: &mut Vec<Violation>) {
        let length = text.chars().count() as f64;
        if limit(schema, "minLength").is_some_and(|least| length < least) {
            found.push(subject.violation("is shorter than the schema allows"));
        }
        if limit(schema, "maxLength").is_some_and(|most| length > most) {
            found.push(subject.violation("is longer than the schema allows"));
        }
        if let Some(pattern) = schema.get("pattern").and_then(Tree::as_str)
            && !self.matches(pattern, text)
        {
            found.push(subject.violation("does not match the schema's pattern"));
        }
    }

    pub(super) fn check_list(
        &self,
        schema: &Tree,
        subject: &Subject<'_>,
        items: &[Tree],
        depth: u32,
        found: &mut Vec<Violation>,
    ) {
        let count = items.len() as f64;
        if limit(schema, "minItems").is_some_and(|least| count < least) {
            found.push(subject.violation("has fewer items than the schema asks for"));
        }
        if limit(schema, "maxItems").is_some_and(|most| count > most) {
            found.push(subject.violation("has more items than the schema allows"));
        }
        if is_true(schema, "uniqueItems")
            && items.iter().enumerate().any(|(index, item)| items[..index].iter().any(|other| equal(item, other)))
        {
            found.push(subject.violation("must not hold an item twice"));
        }
        // `items` as a list is the older name of `prefixItems`.
        let listed = schema.get("items").filter(|items| matches!(items.data, Data::List(_)));
        let prefix = schema.get("prefixItems").or(listed).map(Tree::items).unwrap_or_default();
        let rest = match listed {
            Some(_) => schema.get("additionalItems"),
            None => schema.get("items"),
        };
        for (index, item) in items.iter().enumerate() {
            if let Some(part) = prefix.get(index).or(rest) {
                self.check(part, item, &format!("{}[{index}]", subject.path), depth + 1, found);
            }
        }
        if let Some(part) = schema.get("contains") {
            let inner = |item| Subject { value: item, path: subject.path };
            let count = items.iter().filter(|item| self.fits(part, &inner(item), depth)).count() as f64;
            let least = limit(schema, "minContains").unwrap_or(1.0);
            if count < least || limit(schema, "maxContains").is_some_and(|most| count > most) {
                found.push(subject.violation("does not hold the items that the schema asks for"));
            }
        }
    }

    pub(super) fn check_map(&self, schema: &Tree, subject: &Subject<'_>, depth: u32, found: &mut Vec<Violation>) {
        let Some(entries) = subject.value.as_map() else { return };
        let count = entries.len() as f64;
        if limit(schema, "minProperties").is_some_and(|least| count < least) {
            found.push(subject.violation("has fewer keys than the schema asks for"));
        }
        if limit(schema, "maxProperties").is_some_and(|most| count > most) {
            found.push(subject.violation("has more keys than the schema allows"));
        }
        for name in schema.get("required").map(Tree::items).unwrap_or_default().iter().filter_map(Tree::as_str) {
            if !entries.contains_key(name) {
                found.push(subject.violation(format!("lacks the key {name}, which the schema requires")));
            }
        }
        let properties = schema.get("properties").and_then(Tree::as_map);
        let patterns = schema.get("patternProperties").and_then(Tree::as_map);
        for (key, entry) in entries.iter() {
            let path = if subject.path.is_empty() { key.to_string() } else { format!("{}.{key}", subject.path) };
            let mut is_described = false;
            if let Some(property) = properties.and_then(|properties| properties.get(key)) {
                is_described = true;
                self.check(&property.value, &entry.value, &path, depth + 1, found);
            }
            for (pattern, property) in patterns.into_iter().flat_map(|patterns| patterns.iter()) {
                if self.matches(pattern, key) {
                    is_described = true;
                    self.check(&property.value, &entry.value, &path, depth + 1, found);
                }
            }
            if let Some(rest) = schema.get("additionalProperties").filter(|_| !is_described) {
                if matches!(rest.data, Data::Bool(false)) {
                    let at = entry.key_at.or(entry.value.at);
                    let message = "is a key that the schema does not know".to_owned();
                    found.push(Violation { path: path.clone(), at, message });
                } else {
                    self.check(rest, &entry.value, &path, depth + 1, found);
                }
            }
            if let Some(names) = schema.get("propertyNames") {
                let name = Tree { at: entry.key_at, data: Tree::string(key).data };
                self.check(names, &name, &path, depth + 1, found);
            }
        }
        self.check_dependents(schema, subject, depth, found);
    }

    fn check_dependents(&self, schema: &Tree, subject: &Subject<'_>, depth: u32, found: &mut Vec<Violation>) {
        for keyword in ["dependencies", "dependentRequired", "dependentSchemas"] {
            let Some(dependents) = schema.get(keyword).and_then(Tree::as_map) else { continue };
            for (key, dependent) in dependents.iter().filter(|(key, _)| subject.value.get(key).is_some()) {
                for name in dependent.value.items().iter().filter_map(Tree::as_str) {
                    if subject.value.get(name).is_none() {
                        found.push(subject.violation(format!("lacks the key {name}, which {key} needs")));
                    }
                }
                self.check(&dependent.value, subject.value, subject.path, depth + 1, found);
            }
        }
    }
}

pub(super) fn check_number(schema: &Tree, subject: &Subject<'_>, number: f64, found: &mut Vec<Violation>) {
    // In the older drafts `exclusiveMinimum` is a boolean that sharpens `minimum`.
    let below = limit(schema, "minimum")
        .is_some_and(|least| number < least || (number == least && is_true(schema, "exclusiveMinimum")));
    if below || limit(schema, "exclusiveMinimum").is_some_and(|least| number <= least) {
        found.push(subject.violation("is less than the schema allows"));
    }
    let above = limit(schema, "maximum")
        .is_some_and(|most| number > most || (number == most && is_true(schema, "exclusiveMaximum")));
    if above || limit(schema, "exclusiveMaximum").is_some_and(|most| number >= most) {
        found.push(subject.violation("is more than the schema allows"));
    }
    if limit(schema, "multipleOf")
        .is_some_and(|step| step > 0.0 && (number / step - (number / step).round()).abs() > 1e-9)
    {
        found.push(subject.violation("is not a multiple of the schema's step"));
    }
}

fn limit(schema: &Tree, key: &str) -> Option<f64> {
    match schema.get(key)?.data {
        Data::Number(limit) => Some(limit),
        _ => None,
    }
}

fn is_true(schema: &Tree, key: &str) -> bool {
    schema.get(key).is_some_and(|value| matches!(value.data, Data::Bool(true)))
}
