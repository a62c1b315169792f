//! What an app is, as packs describe it.

use std::sync::Arc;

/// How an app is recognised and what it does.
#[derive(Debug, Clone)]
pub struct App {
    /// Its name.
    pub name: Arc<str>,
    /// What it does: `server`, `database`, `cache`, `pooler`, `proxy`, `sidecar`, `init`, `backup`.
    pub role: Arc<str>,
    /// Repositories of its images: whole (`library/postgres`, `ghcr.io/acme/app`), or the end of one
    /// behind a `/` (`postgres`).
    pub images: Vec<String>,
}
