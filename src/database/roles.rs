//! Roles as statements change them.

use super::apply::{Builder, elsewhere};
use crate::model::Field;
use crate::model::database::Role;
use crate::source::{Reason, Span};
use crate::syntax::sql::NewRole;

/// Attributes, and what they are unless something is said.
const FLAGS: [(&str, bool); 7] = [
    ("superuser", false),
    ("login", false),
    ("bypassrls", false),
    ("createrole", false),
    ("createdb", false),
    ("replication", false),
    ("inherit", true),
];

impl Builder {
    /// A role. One that is not made here is noted.
    fn role_named(&mut self, name: &str, at: Span) -> Option<&mut Role> {
        let place = self.schema.roles.iter().position(|role| role.name == name);
        let place = place.unwrap_or_else(|| {
            let reason = || elsewhere(&format!("the role {name}"));
            self.schema.roles.push(Role {
                name: name.to_owned(),
                at,
                created: false,
                flags: FLAGS.map(|(flag, _)| (flag, Field::unknown(reason(), at))).to_vec(),
                password: Field::unknown(reason(), at),
                member_of: Vec::new(),
                removed_from: Vec::new(),
            });
            self.schema.roles.len() - 1
        });
        self.schema.roles.get_mut(place)
    }

    pub(super) fn role(&mut self, new: &NewRole, at: Span) {
        let Some(role) = self.role_named(&new.name, at) else { return };
        if new.new && !role.created {
            role.created = true;
            role.at = at;
            for (flag, default) in FLAGS {
                set(role, flag, Field::set(default, at));
            }
            role.password = Field::absent(at);
        }
        for (flag, on, written) in &new.flags {
            set(role, flag, Field::set(*on, written.unwrap_or(at)));
        }
        if let Some((text, at)) = &new.password {
            role.password = match text {
                Some(text) => Field::set(text.clone(), *at),
                None => Field::unknown(Reason::Elsewhere { what: "a value that psql puts in".into() }, *at),
            };
        }
        if let Some(name) = &new.renamed {
            role.name.clone_from(name);
        }
        if !new.member_of.is_empty() {
            self.membership(true, &new.member_of, std::slice::from_ref(&new.name), at);
        }
        if !new.members.is_empty() {
            self.membership(true, std::slice::from_ref(&new.name), &new.members, at);
        }
    }

    pub(super) fn membership(&mut self, given: bool, roles: &[String], to: &[String], at: Span) {
        for name in to.iter().filter(|name| *name != "public") {
            let Some(member) = self.role_named(name, at) else { continue };
            for role in roles {
                member.member_of.retain(|(known, _)| known != role);
                member.removed_from.retain(|(known, _)| known != role);
                let list = if given { &mut member.member_of } else { &mut member.removed_from };
                list.push((role.clone(), at));
            }
        }
    }
}

fn set(role: &mut Role, flag: &str, value: Field<bool>) {
    if let Some((_, place)) = role.flags.iter_mut().find(|(known, _)| *known == flag) {
        *place = value;
    }
}
