//! What Terraform and OpenTofu declare beside deployments: each resource becomes a document of the stacks
//! that it stands beside.

use super::readable::{at_most, readable};
use super::schedules::beside;
use crate::discovery::{FileKind, Inventory, Status, Workspace};
use crate::model::{Object, Stack};
use crate::source::reader::folder;
use crate::source::{Problem, Span};
use crate::syntax::Node;
use crate::syntax::hcl::{self, Block};

/// The most files that are read.
const MOST: usize = 2_000;

/// Adds the resources of Terraform files to the stacks that they stand beside.
pub fn add(stacks: &mut [Stack], files: &[String], workspace: &Workspace, inventory: &mut Inventory) -> Vec<Problem> {
    let mut problems = Vec::new();
    if stacks.is_empty() {
        return problems;
    }
    let first = at_most(MOST, files, "files of Terraform", &mut problems);
    for path in readable(first, workspace, &mut problems) {
        let Ok(source) = workspace.open(path) else { continue };
        let (blocks, found) = hcl::parse(source, workspace.sources.get(source).expose(), workspace.limits());
        problems.extend(found);
        inventory.note(path.as_str(), FileKind::Config, Status::Audited, "");
        for index in beside(stacks, folder(path)) {
            let Some(stack) = stacks.get_mut(index) else { continue };
            stack.objects.extend(blocks.iter().filter_map(|block| declared(block, path)));
        }
    }
    problems
}

/// A resource as a document: its type is the kind.
fn declared(block: &Block, path: &str) -> Option<Object> {
    if block.kind != "resource" {
        return None;
    }
    let [kind, name] = block.labels.as_slice() else { return None };
    Some(object(kind, name, &block.body, block.at, path))
}

fn object(kind: &str, name: &str, root: &Node, at: Span, path: &str) -> Object {
    Object { file: path.to_owned(), ..Object::new("terraform", kind, name, at, root.clone()) }
}
