//! Paths in Terragrunt's configuration. They are absolute, and the folder of the tree is not known: such a path is a
//! symbol for that folder, followed by text.

use cmklint_graph::{Kind, Symbol, TextPart, Value, concat};

/// The folder of the tree itself.
fn tree() -> Symbol {
    Symbol::new("terragrunt:tree", "the tree's folder")
}

/// The absolute path of `path` in the tree.
pub(super) fn absolute(path: &str) -> Value {
    let root = Value::symbol(tree());
    if path.is_empty() { root } else { concat(&[root, Value::string(format!("/{path}"))]) }
}

/// The tree-relative path of `value`, seen from the folder `dir`; `None` where it isn't known, or leads out of the tree.
pub(super) fn in_tree(value: &Value, dir: &str) -> Option<String> {
    let is_root = |value: &Value| matches!(&value.kind, Kind::Symbol(symbol) if *symbol == tree());
    match &value.kind {
        Kind::String(text) => cmklint_source::join(dir, text),
        Kind::Symbol(_) if is_root(value) => Some(String::new()),
        Kind::Template(parts) => match &parts[..] {
            [TextPart::Value(root), TextPart::Text(text)] if is_root(root) => {
                cmklint_source::join("", text.strip_prefix('/')?)
            }
            _ => None,
        },
        _ => None,
    }
}

/// `to` as seen from `from`, both folders of the tree: `.` where they are the same.
pub(super) fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| path.split('/').filter(|p| !p.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (parts(from), parts(to));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - common);
    let down = to.into_iter().skip(common);
    let path: Vec<String> = up.chain(down).collect();
    if path.is_empty() { ".".to_owned() } else { path.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_distinguished_from_another() {
        for (from, to, path) in
            [("a", "a/b/c", "b/c"), ("a/b", "a", ".."), ("a", "a", "."), ("", "x", "x"), ("a", "b", "../b")]
        {
            assert_eq!(relative(from, to), path);
        }
    }

    #[test]
    fn an_absolute_path_is_found_in_the_tree_again() {
        assert_eq!(in_tree(&absolute("a/b"), "x").as_deref(), Some("a/b"));
        assert_eq!(in_tree(&absolute(""), "x").as_deref(), Some(""));
        assert_eq!(in_tree(&Value::string("../m"), "x/y").as_deref(), Some("x/m"));
        assert_eq!(in_tree(&Value::string("../../m"), "x"), None);
        assert_eq!(in_tree(&Value::string("/etc"), "x"), None);
    }
}
