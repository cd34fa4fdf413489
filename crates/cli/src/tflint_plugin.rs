//! `cmklint tflint-plugin install`: puts the plugin where tflint looks for it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

/// The plugin's file name, by which tflint finds it.
pub(crate) const FILE_NAME: &str = if cfg!(windows) { "tflint-ruleset-cmklint.exe" } else { "tflint-ruleset-cmklint" };

/// The block that `.tflint.hcl` needs.
pub(crate) const BLOCK: &str = "plugin \"cmklint\" {\n  enabled = true\n}\n";

/// Copies the plugin `from`, or the one beside this program, to `folder`, or to where tflint looks for plugins. Returns the copy's path.
///
/// # Errors
/// Where there is no plugin, or it can't be copied.
pub(crate) fn install(from: Option<&Path>, folder: Option<&Path>) -> anyhow::Result<PathBuf> {
    let from = match from {
        Some(from) => from.to_owned(),
        None => beside_this_program()?,
    };
    if !from.is_file() {
        bail!(
            "{}: no such file; the plugin is in the archives of a release, and `cargo install --path crates/tflint` builds it (then name it with --from)",
            from.display()
        );
    }
    let folder = match folder {
        Some(folder) => folder.to_owned(),
        None => plugin_folder(std::env::var_os("TFLINT_PLUGIN_DIR").map(PathBuf::from), std::env::home_dir())?,
    };
    std::fs::create_dir_all(&folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
    let to = folder.join(FILE_NAME);
    // tflint may be running the installed plugin: replacing it by a renamed file does not disturb it.
    let new =
        tempfile::NamedTempFile::new_in(&folder).with_context(|| format!("{}: not writable", folder.display()))?;
    std::fs::copy(&from, new.path()).with_context(|| format!("{}: cannot be copied", from.display()))?;
    new.persist(&to).with_context(|| format!("{}: cannot be replaced", to.display()))?;
    Ok(to)
}

fn beside_this_program() -> anyhow::Result<PathBuf> {
    let program =
        std::env::current_exe().context("it is not known where this program is; name the plugin with --from")?;
    Ok(program.with_file_name(FILE_NAME))
}

/// Where tflint looks for plugins: `$TFLINT_PLUGIN_DIR`, else below the home directory.
fn plugin_folder(stated: Option<PathBuf>, home: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    match (stated.filter(|folder| !folder.as_os_str().is_empty()), home) {
        (Some(folder), _) => Ok(folder),
        (None, Some(home)) => Ok(home.join(".tflint.d/plugins")),
        (None, None) => bail!("neither TFLINT_PLUGIN_DIR nor a home directory is set; name the folder with --to"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_the_one_that_tflint_looks_in() {
        let folder = |stated: Option<&str>, home: Option<&str>| {
            plugin_folder(stated.map(PathBuf::from), home.map(PathBuf::from)).ok()
        };
        assert_eq!(folder(Some("/plugins"), Some("/home/u")), Some("/plugins".into()));
        assert_eq!(folder(None, Some("/home/u")), Some("/home/u/.tflint.d/plugins".into()));
        assert_eq!(folder(Some(""), Some("/home/u")), Some("/home/u/.tflint.d/plugins".into()));
        assert_eq!(folder(None, None), None);
    }

    #[test]
    fn a_plugin_replaces_the_one_that_is_there() {
        let work = tempfile::tempdir().unwrap();
        let (from, to) = (work.path().join("new"), work.path().join("plugins"));
        assert!(install(Some(&from), Some(&to)).unwrap_err().to_string().contains("no such file"));
        for text in ["one", "two"] {
            std::fs::write(&from, text).unwrap();
            let copy = install(Some(&from), Some(&to)).unwrap();
            assert_eq!(std::fs::read_to_string(copy).unwrap(), text);
        }
        assert_eq!(std::fs::read_dir(&to).unwrap().count(), 1);
    }
}
