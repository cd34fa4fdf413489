//! Conversion between URIs of the client and paths of the disk.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use lsp_types::Uri;
use url::Url;

/// The path of `uri`, canonical as far as it exists; `None` for a URI that is not a file's.
pub(crate) fn path_of(uri: &Uri) -> Option<PathBuf> {
    let path = Url::parse(uri.as_str()).ok().filter(|url| url.scheme() == "file")?.to_file_path().ok()?;
    Some(canonical(&path))
}

/// The URI of the file at `path`.
pub(crate) fn uri_of(path: &Path) -> Option<Uri> {
    Uri::from_str(Url::from_file_path(path).ok()?.as_str()).ok()
}

/// `path` with links resolved; for a file that is not on the disk yet, with those of its folder resolved.
fn canonical(path: &Path) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    match (path.parent().and_then(|folder| folder.canonicalize().ok()), path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_path_with_odd_characters_survives() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap().join("a b#c%20ä?.bicep");
        assert_eq!(path_of(&uri_of(&path).unwrap()), Some(path));
    }

    #[test]
    fn what_is_no_file_has_no_path() {
        for uri in ["untitled:Untitled-1", "https://example.com/main.tf", "git:/a/main.tf"] {
            assert_eq!(path_of(&Uri::from_str(uri).unwrap()), None);
        }
    }
}
