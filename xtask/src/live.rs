//! Real calls to the vendors that are configured.

use anyhow::{Result, bail};

use crate::process::{self, step};
use crate::workspace::Workspace;

/// Runs `crates/providers/examples/live.rs`, which knows the vendors and says what it spends.
pub fn live(workspace: &Workspace, clips: bool, yes: bool) -> Result<()> {
    step("Asking the vendors that are configured");
    let mut live = process::cargo();
    live.args(["run", "--quiet", "--package", "admint-providers", "--example", "live", "--"]);
    live.args(clips.then_some("--clips")).args(yes.then_some("--yes")).current_dir(&workspace.root);
    if !live.status()?.success() {
        bail!("the vendors were not asked, or not all of them answered");
    }
    Ok(())
}
