//! `new-rule`: makes a rule that works and passes its tests, as a starting point: its page, an example of each kind in each
//! language, its file, and its place in the list of rules.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};

use crate::repository::repository;

const PAGE: &str = include_str!("new_rule/rule.md");
const RULE: &str = include_str!("new_rule/rule.rs.txt");

/// The examples: the language, the file, how a comment begins there, and the text.
const EXAMPLES: [(&str, &str, &str, &str); 3] = [
    ("tf", "main.tf", "#", include_str!("new_rule/main.tf")),
    ("arm", "azuredeploy.json", "//", include_str!("new_rule/azuredeploy.json")),
    ("bicep", "main.bicep", "//", include_str!("new_rule/main.bicep")),
];

/// The values of the property that the new rule looks at, in a bad and in a good example.
const BAD: &str = "EncryptionAtRestWithPlatformKey";
const GOOD: &str = "EncryptionAtRestWithCustomerKey";

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The rule's id, CMK and three digits
    id: String,
    /// The rule's name, in lower case with underscores
    name: String,
}

/// A rule that does not exist yet.
struct NewRule<'a> {
    id: &'a str,
    name: &'a str,
}

/// Makes the files of a rule, and registers it.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let rule = NewRule::parse(&args.id, &args.name)?;
    rule.make(repository()?)?;
    let NewRule { id, name } = rule;
    let module = rule.module();
    println!(
        "Made rules/{id} and crates/rules/src/rules/{module}.rs, and entered the rule in crates/rules/src/rules.rs.\n\
         It reports disk encryption sets of type {BAD}. Change it, its page and its examples, then:\n\n  \
         CMKLINT_RULE={id} CMKLINT_BLESS=1 cargo test --test rules    # writes what is reported of its bad examples: read it\n  \
         cargo test --test rules                                     # all examples\n  \
         cargo xtask tables                                          # enters {name} in README.md's table\n\n\
         docs/adding-a-rule.md says more."
    );
    Ok(ExitCode::SUCCESS)
}

impl<'a> NewRule<'a> {
    fn parse(id: &'a str, name: &'a str) -> Result<Self> {
        let digits = id.strip_prefix("CMK").unwrap_or_default();
        ensure!(digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()), "{id} is not CMK and three digits");
        let words: Vec<&str> = name.split('_').collect();
        let word = |word: &&str| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        ensure!(words.iter().all(word), "{name} is not a name such as double_encryption");
        Ok(Self { id, name })
    }

    /// `cmk081_double_encryption`.
    fn module(&self) -> String {
        format!("{}_{}", self.id.to_lowercase(), self.name)
    }

    /// `DoubleEncryption`.
    fn type_name(&self) -> String {
        self.name.split('_').filter_map(|word| Some(word.get(..1)?.to_uppercase() + word.get(1..)?)).collect()
    }

    fn filled(&self, text: &str) -> String {
        text.replace("@ID@", self.id).replace("@NAME@", self.name).replace("@TYPE@", &self.type_name())
    }

    fn make(&self, root: &Path) -> Result<()> {
        let list = root.join("crates/rules/src/rules.rs");
        let entered = self.entered(&std::fs::read_to_string(&list)?)?;
        let folder = root.join("rules").join(self.id);
        ensure!(!folder.exists(), "{} is there already", folder.display());
        write(&folder.join("rule.md"), &self.filled(PAGE))?;
        for (language, file, comment, text) in EXAMPLES {
            let mark = format!(" {comment} expect: {}", self.id);
            for (kind, value, mark) in [("bad", BAD, mark.as_str()), ("good", GOOD, "")] {
                let path = folder.join(kind).join(language).join(file);
                write(&path, &text.replace("@VALUE@", value).replace("@MARK@", mark))?;
            }
        }
        write(&root.join(format!("crates/rules/src/rules/{}.rs", self.module())), &self.filled(RULE))?;
        write(&list, &entered)
    }

    /// The list of rules with this one added, in both places in order of the ids.
    fn entered(&self, list: &str) -> Result<String> {
        let module = self.module();
        let prefix = self.id.to_lowercase();
        for line in list.lines() {
            let used = line.trim_start().trim_start_matches('&').trim_start_matches("mod ");
            ensure!(!used.starts_with(&format!("{prefix}_")), "{} is taken: {}", self.id, line.trim());
            let name = used.split_once('_').and_then(|(_, rest)| rest.strip_suffix(';'));
            ensure!(name != Some(self.name), "{} is taken: {}", self.name, line.trim());
        }
        let with_module = inserted(list, "mod cmk", &format!("mod {module};"))?;
        inserted(&with_module, "    &cmk", &format!("    &{module}::{},", self.type_name()))
    }
}

/// The text with a line inserted in order among the lines that begin with `prefix`.
fn inserted(text: &str, prefix: &str, new: &str) -> Result<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let last = lines.iter().rposition(|line| line.starts_with(prefix));
    let last = last.with_context(|| format!("crates/rules/src/rules.rs has no line that begins with '{prefix}'"))?;
    let at = lines.iter().position(|line| line.starts_with(prefix) && *line > new).unwrap_or(last + 1);
    lines.insert(at, new);
    Ok(lines.join("\n") + "\n")
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "mod cmk001_key_type;\nmod cmk090_disk_without_cmk;\nmod shared;\n\npub static RULES: &[&dyn Rule] = &[\n    &cmk001_key_type::KeyType,\n    &cmk090_disk_without_cmk::DiskWithoutCmk,\n];\n";

    #[test]
    fn a_rule_is_entered_in_order() {
        let rule = NewRule::parse("CMK081", "double_encryption").unwrap();
        let list = rule.entered(LIST).unwrap();
        assert!(list.contains("key_type;\nmod cmk081_double_encryption;\nmod cmk090"), "{list}");
        assert!(list.contains("KeyType,\n    &cmk081_double_encryption::DoubleEncryption,\n    &cmk090"), "{list}");
        let list = NewRule::parse("CMK095", "last").unwrap().entered(LIST).unwrap();
        assert!(list.contains("cmk;\nmod cmk095_last;\nmod shared;"), "{list}");
        assert!(list.contains("DiskWithoutCmk,\n    &cmk095_last::Last,\n];"), "{list}");
    }

    #[test]
    fn what_is_taken_or_no_name_is_refused() {
        assert!(NewRule::parse("CMK001", "other").unwrap().entered(LIST).is_err());
        assert!(NewRule::parse("CMK002", "key_type").unwrap().entered(LIST).is_err());
        for (id, name) in
            [("CMK1", "a"), ("cmk001", "a"), ("CMK001", "A"), ("CMK001", "a__b"), ("CMK001", "../a"), ("CMK001", "1a")]
        {
            assert!(NewRule::parse(id, name).is_err(), "{id} {name}");
        }
    }

    #[test]
    fn all_files_are_made_and_nothing_is_left_to_fill_in() {
        let root = tempfile::tempdir().unwrap();
        write(&root.path().join("crates/rules/src/rules.rs"), LIST).unwrap();
        let rule = NewRule::parse("CMK081", "double_encryption").unwrap();
        rule.make(root.path()).unwrap();
        let read = |file: &str| std::fs::read_to_string(root.path().join(file)).unwrap();
        let mut texts = vec![read("rules/CMK081/rule.md"), read("crates/rules/src/rules/cmk081_double_encryption.rs")];
        for (language, file, comment, _) in EXAMPLES {
            let bad = read(&format!("rules/CMK081/bad/{language}/{file}"));
            assert!(bad.contains(&format!("{comment} expect: CMK081\n")), "{bad}");
            let good = read(&format!("rules/CMK081/good/{language}/{file}"));
            assert!(!good.contains("expect"), "{good}");
            texts.extend([bad, good]);
        }
        assert!(
            texts
                .iter()
                .all(|text| !["@ID@", "@NAME@", "@TYPE@", "@VALUE@", "@MARK@"].iter().any(|p| text.contains(p)))
        );
        assert!(rule.make(root.path()).is_err());
    }
}
