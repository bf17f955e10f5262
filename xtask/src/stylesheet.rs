//! The one stylesheet: everything in `style/`, in the order of the files' names.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::node_packages::Shrinkers;
use crate::process::{self, note};
use crate::stamp::files_below;

/// Joins `style/*.css`, minified if esbuild is there.
pub fn build(style: &Path, scratch: &Path, shrinkers: &Shrinkers) -> Result<Vec<u8>> {
    let joined = join(style)?;
    let Some(esbuild) = &shrinkers.esbuild else {
        return Ok(joined.into_bytes());
    };
    std::fs::create_dir_all(scratch)?;
    let source = scratch.join("joined.css");
    std::fs::write(&source, &joined)?;
    match process::output(Command::new(esbuild).arg("--minify").arg(&source)) {
        Ok(minified) => Ok(minified.into_bytes()),
        Err(error) => {
            // The page is better off with a large stylesheet than with none.
            note(format!("the stylesheet stays as it is: {error:#}"));
            Ok(joined.into_bytes())
        }
    }
}

fn join(style: &Path) -> Result<String> {
    let mut joined = String::new();
    if !style.is_dir() {
        return Ok(joined);
    }
    for file in files_below(style)? {
        if file.extension().is_some_and(|extension| extension == "css") {
            let text =
                std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            joined.push_str(text.trim_end());
            joined.push('\n');
        }
    }
    Ok(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_joined_in_the_order_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("20-page.css"), "main{}\n\n").unwrap();
        std::fs::write(folder.path().join("10-tokens.css"), "@layer tokens, page;").unwrap();
        std::fs::write(folder.path().join("notes.md"), "not a style").unwrap();
        assert_eq!(join(folder.path()).unwrap(), "@layer tokens, page;\nmain{}\n");
    }

    #[test]
    fn without_esbuild_the_text_stays() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.css"), "a { color: red }").unwrap();
        let none = Shrinkers { wasm_opt: None, esbuild: None };
        assert_eq!(build(folder.path(), folder.path(), &none).unwrap(), b"a { color: red }\n");
    }
}
