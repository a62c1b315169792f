//! Whose token a credential is.

use super::values::credentials;
use std::ops::Range;

/// What the tokens of each provider begin with.
const PROVIDERS: &[(&str, &[&str])] = &[
    ("aws", &["AKIA", "ASIA"]),
    ("github", &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"]),
    ("gitlab", &["glpat-", "glptt-", "gldt-", "glrt-"]),
    ("slack", &["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xapp-"]),
    ("stripe", &["sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_"]),
    ("google", &["AIza", "ya29.", "GOCSPX-"]),
    ("npm", &["npm_"]),
    ("pypi", &["pypi-"]),
    ("digitalocean", &["dop_v1_"]),
    ("sendgrid", &["SG."]),
    ("anthropic", &["sk-ant-"]),
    ("openai", &["sk-"]),
    ("hugging-face", &["hf_"]),
    ("docker", &["dckr_pat_"]),
    ("vault", &["hvs."]),
    ("shopify", &["shpat_"]),
    ("linear", &["lin_api_"]),
    ("tailscale", &["tskey-auth-"]),
    ("age", &["AGE-SECRET-KEY-1"]),
];

/// The providers' tokens in a text, each with the word for its provider, in ascending order.
#[must_use]
pub fn provider_tokens(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let found = credentials(text).into_iter().filter_map(|range| {
        let token = text.get(range.clone())?;
        let begins = |starts: &&(&str, &[&str])| starts.1.iter().any(|start| token.starts_with(start));
        PROVIDERS.iter().find(begins).map(|(provider, _)| (range, *provider))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_tell_their_provider() {
        let token =
            format!("a = ghp_{}\nb = AKIA{}\nc = postgres://u:hunter2@db/x\n", "aB3".repeat(12), "Q2".repeat(8));
        let found: Vec<&str> = provider_tokens(&token).into_iter().map(|(_, provider)| provider).collect();
        assert_eq!(found, ["github", "aws"]);
    }
}
