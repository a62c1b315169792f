//! What is read of expressions, and that nothing breaks the reader.

use super::*;
use proptest::prelude::*;

fn metrics(expression: &str) -> String {
    let read = read(expression);
    assert_eq!(read.defects, [], "{expression}");
    let one = |it: &Selector| {
        let labels: Vec<String> =
            it.matchers.iter().map(|it| format!("{}{}{}", it.label, it.operator, it.value)).collect();
        format!(
            "{}{}{}{}",
            it.function.as_deref().map(|name| format!("{name} ")).unwrap_or_default(),
            it.name,
            if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) },
            it.range.map(|range| format!("[{range}]")).unwrap_or_default(),
        )
    };
    read.metrics.iter().map(one).collect::<Vec<_>>().join(" | ")
}

#[test]
fn metrics_are_told_from_functions_labels_and_keywords() {
    for (expression, named) in [
        ("up == 0", "up"),
        (r#"up{job="api",env!~"dev|test"} == 0"#, "up{job=api,env!~dev|test}"),
        ("rate(http_requests_total[5m]) > 0.1", "rate http_requests_total[300000]"),
        (
            r#"sum by (job, le) (rate(x_total{code=~"5.."}[1h30m])) / ignoring(code) group_left sum(rate(x_total[5m])) > 0.05"#,
            "rate x_total{code=~5..}[5400000] | rate x_total[300000]",
        ),
        ("sum(x) by (job) > 1 and on(job) y unless z offset 5m", "sum x | y | z"),
        ("sum", "sum"),
        ("absent(up{job='api'})", "absent up{job=api}"),
        (r#"{__name__="a:b", x="y"} > 1"#, "a:b{__name__=a:b,x=y}"),
        (r#"{"dotted.name", x="y"} > 1"#, "dotted.name{x=y}"),
        ("max_over_time(deriv(x[5m])[1h:1m]) > 1", "deriv x[300000]"),
        ("x @ end() > 1 # up", "x"),
        ("predict_linear(disk_free[1h], 4 * 3600) < 0", "predict_linear disk_free[3600000]"),
        ("histogram_quantile(0.99, sum(rate(l_bucket[5m])) by (le)) > 1", "rate l_bucket[300000]"),
        ("vector(1)", ""),
    ] {
        assert_eq!(metrics(expression), named, "{expression}");
    }
}

#[test]
fn thresholds_stand_on_either_side() {
    for (expression, operator, threshold) in [
        ("x > 5", ">", Some(5.0)),
        ("5 < x", ">", Some(5.0)),
        ("x >= -1.5e3", ">=", Some(-1500.0)),
        ("x > 80 * 1024", ">", None),
        ("x > y", ">", None),
        ("(1 - a / b) * 100 > 80", ">", Some(80.0)),
        ("x == bool 1", "==", Some(1.0)),
        ("x != 0x10", "!=", Some(16.0)),
    ] {
        let read = read(expression);
        let found = &read.comparisons[0];
        assert_eq!((found.operator, found.threshold), (operator, threshold), "{expression}");
        assert_eq!(read.compares(), !expression.contains("bool"), "{expression}");
    }
    assert_eq!(read("a > 1 and b < 30").threshold(), Some(30.0));
    assert!(!read("rate(x[5m])").compares());
}

#[test]
fn what_cannot_be_read_is_told() {
    for expression in ["", "x{a=\"b\"", "rate(x[5m]", "x) > 1", "x{a} > 1", "x[] > 1", "x ; y", "'open"] {
        assert!(!read(expression).defects.is_empty(), "{expression}");
    }
}

proptest! {
    #[test]
    fn places_lie_inside(expression in r#"([a-z_:]{1,6}|[0-9]{1,3}[smh]?|[\[\](){}"'`=~!<>+*/,# \n€]|by|rate){0,40}"#) {
        let read = read(&expression);
        let places = read.metrics.iter().flat_map(|it| {
            std::iter::once(&it.at).chain(it.matchers.iter().map(|matcher| &matcher.at))
        });
        let places = places.chain(read.comparisons.iter().map(|it| &it.at));
        for at in places.chain(read.defects.iter().map(|(at, _)| at)) {
            prop_assert!(expression.get(at.clone()).is_some(), "{at:?} in {expression:?}");
        }
    }

    #[test]
    fn any_text_is_survived(expression in ".{0,200}") {
        let _ = read(&expression);
    }
}
