//! Paths inside the analyzed tree: relative to its root, `/` between segments, `.` and `..` resolved.

/// Resolves `.` and `..` and turns `\` into `/`. `None` where the path leaves the tree or is absolute.
/// The tree's root itself is the empty string.
#[must_use]
pub fn normalize(path: &str) -> Option<String> {
    let path = path.replace('\\', "/");
    // Elsewhere, `c:` is a name as any other.
    if path.starts_with('/') || cfg!(windows) && path.get(1..2) == Some(":") {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder under which the files of the Bicep compiler's restore cache are mounted, which lie outside of the tree.
pub const RESTORE_CACHE: &str = "~/.bicep";

/// `relative`, a text of the tree, as seen from the folder `base`, normalized; `None` where that leaves the tree. It also does where it leads into the
/// [`RESTORE_CACHE`] from elsewhere: only what a module reference names is read there.
#[must_use]
pub fn join(base: &str, relative: &str) -> Option<String> {
    if relative.starts_with('/') || relative.starts_with('\\') {
        return None;
    }
    let joined = normalize(format!("{base}/{relative}").trim_start_matches('/'))?;
    let cached =
        |path: &str| path.strip_prefix(RESTORE_CACHE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    (!cached(&joined) || cached(base)).then_some(joined)
}

/// The folder that holds `path`; empty for a path at the tree's root.
#[must_use]
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// `folder` and each folder around it, the innermost first; the last one is the tree's root, which is empty.
pub fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |at| (!at.is_empty()).then(|| parent(at)))
}

/// `path` and each end of it that begins at a folder's name, the longest first; the last one is its [`file_name`].
pub fn ends(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.split_once('/').map(|(_, rest)| rest))
}

/// The last segment of `path`.
#[must_use]
pub fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folders_around_a_path_and_its_ends_are_all_there() {
        assert_eq!(ancestors("a/b/c").collect::<Vec<_>>(), ["a/b/c", "a/b", "a", ""]);
        assert_eq!(ancestors("").collect::<Vec<_>>(), [""]);
        assert_eq!(ends("a/b/c").collect::<Vec<_>>(), ["a/b/c", "b/c", "c"]);
    }

    #[test]
    fn a_path_that_leaves_the_tree_is_refused() {
        assert_eq!(normalize("a/../../b"), None);
        assert_eq!(normalize("/etc/passwd"), None);
        assert_eq!(normalize("C:/x").is_none(), cfg!(windows));
        assert_eq!(join("", "../x"), None);
        assert_eq!(join("a/b", "/etc"), None);
    }

    #[cfg(not(windows))]
    #[test]
    fn a_name_like_a_drive_is_a_name() {
        assert_eq!(normalize("c:disks/main.tf").as_deref(), Some("c:disks/main.tf"));
        assert_eq!(join("c:disks", "../c:/main.tf").as_deref(), Some("c:/main.tf"));
    }

    #[test]
    fn no_text_of_the_tree_leads_into_the_restore_cache() {
        assert_eq!(join("", "~/.bicep/br/x/main.json"), None);
        assert_eq!(join("a/b", "../../~/./.bicep"), None);
        assert_eq!(join("", "~/.bicepconfig").as_deref(), Some("~/.bicepconfig"));
        assert_eq!(join("a", "~/.bicep/x").as_deref(), Some("a/~/.bicep/x"));
        assert_eq!(join("~/.bicep/br/x", "y.json").as_deref(), Some("~/.bicep/br/x/y.json"), "its own files");
        assert_eq!(join("~/.bicep/br/x", "../../../../a").as_deref(), Some("a"));
    }

    #[test]
    fn dots_are_resolved() {
        assert_eq!(join("a/b", "../c/./d.tf").as_deref(), Some("a/c/d.tf"));
        assert_eq!(join("", "./x.bicep").as_deref(), Some("x.bicep"));
        assert_eq!(join("a", "..").as_deref(), Some(""));
        assert_eq!(parent("a/b.tf"), "a");
        assert_eq!(parent("b.tf"), "");
        assert_eq!(file_name("a/b.tf"), "b.tf");
    }
}
