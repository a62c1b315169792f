//! Files beside deployments that are read when those are known: schedules, pipelines, SQL, Terraform.

use crate::discovery::Workspace;
use crate::source::{Problem, ReadError};

/// The first of some files. That there are more is told, as what they say might have decided something.
pub(super) fn at_most<'f>(
    most: usize,
    files: impl IntoIterator<Item = &'f String>,
    what: &str,
    problems: &mut Vec<Problem>,
) -> Vec<&'f String> {
    let mut files: Vec<&String> = files.into_iter().collect();
    if files.len() > most {
        let message = format!("{} {what} were found and only the first {most} are read", files.len());
        problems.push(Problem::warning(".", message));
        files.truncate(most);
    }
    files
}

/// Those of some files that can be read. What keeps another from it is told.
pub(super) fn readable<'f>(
    mut files: Vec<&'f String>,
    workspace: &Workspace,
    problems: &mut Vec<Problem>,
) -> Vec<&'f String> {
    files.retain(|path| match workspace.open(path) {
        Ok(_) => true,
        Err(ReadError::Binary) => false,
        Err(error) => {
            let message = format!("this file {}, so what it says is not known", error.phrase());
            problems.push(Problem::warning(path.as_str(), message));
            false
        }
    });
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_told() {
        let workspace = Workspace::in_memory([("a.tf", "one"), ("b.tf", "two")]);
        let files = ["a.tf", "gone.tf", "b.tf"].map(str::to_owned);
        let mut problems = Vec::new();
        let first = at_most(2, &files, "Terraform files", &mut problems);
        let found = readable(first, &workspace, &mut problems);
        assert_eq!(found, ["a.tf"]);
        let told: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
        let expected = [
            "3 Terraform files were found and only the first 2 are read",
            "this file does not exist, so what it says is not known",
        ];
        assert_eq!(told, expected);
    }
}
