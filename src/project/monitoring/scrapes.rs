//! The scrape jobs of a `prometheus.yml`.

use crate::model::{Duration, Field, Scrape, Stack};
use crate::source::{Reason, Text};
use crate::syntax::{Node, promql};

/// Reads the scrape jobs of a Prometheus, and which containers of a stack they reach by name.
pub(super) fn read(root: &Node, stack: &Stack) -> Vec<Scrape> {
    let every = root.at(&["global", "scrape_interval"]);
    let jobs = root.get("scrape_configs").map_or(&[][..], Node::items);
    jobs.iter().filter_map(|job| scrape(job, every, stack)).collect()
}

fn scrape(job: &Node, every: Option<&Node>, stack: &Stack) -> Option<Scrape> {
    let named = job.get("job_name")?;
    let name = named.text()?;
    let mut scrape = Scrape::new(name, "prometheus", named.span);
    if let Some(path) = job.get("metrics_path") {
        scrape.path = Field::read(path, "a path", |node| node.text().map(Text::from));
    }
    let interval = job.get("scrape_interval").or(every);
    let read = |node: &Node| promql::duration(node.text()?).map(Duration);
    scrape.interval = match interval {
        Some(node) => Field::read(node, "a length of time such as 30s", read),
        None => Field::default(Duration::seconds(60), named.span),
    };
    if let Some(scheme) = job.get("scheme") {
        scrape.tls = Field::read(scheme, "http or https", |node| node.text().map(|text| text == "https"));
    }
    scrape.auth = auth(job, &scrape.auth);
    for config in job.get("static_configs").map_or(&[][..], Node::items) {
        for target in config.get("targets").map_or(&[][..], Node::items) {
            scrape.addresses.push(Field::read(target, "an address", |node| node.text().map(Text::from)));
            let Some(address) = target.text() else { continue };
            for container in stack.containers_at(address) {
                scrape.targets.push(container, target.span);
            }
        }
    }
    let discovered = job.entries().iter().find(|entry| entry.name().ends_with("_sd_configs"));
    if let Some(entry) = discovered {
        let what = format!("what the job {name} discovers by {}", entry.name()).into();
        scrape.targets.open(Reason::Unseen { what });
    }
    Some(scrape)
}

/// How a job identifies itself; `otherwise` if it does not.
fn auth(job: &Node, otherwise: &Field<String>) -> Field<String> {
    let found = |paths: &[&[&str]]| paths.iter().find_map(|path| job.at(path)).map(|node| node.span);
    let reference = found(&[
        &["authorization", "credentials_file"],
        &["bearer_token_file"],
        &["basic_auth", "password_file"],
        &["oauth2"],
        &["tls_config", "cert_file"],
    ]);
    let literal = found(&[&["authorization", "credentials"], &["bearer_token"], &["basic_auth", "password"]]);
    match (literal, reference) {
        (Some(at), _) => Field::set("literal".to_owned(), at),
        (None, Some(at)) => Field::set("reference".to_owned(), at),
        (None, None) => otherwise.clone(),
    }
}
