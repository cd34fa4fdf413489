//! What is being typed at a place: the value of a property that names a set, a key or a vault. The text is looked at as such, since it rarely parses while it is typed.

use std::ops::Range;
use std::path::Path;

use cmklint_rules::MappedKind;

/// The language of a document, as far as completion tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Terraform,
    Bicep,
    Json,
}

impl Language {
    pub(crate) fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "tf" | "tofu" => Some(Self::Terraform),
            "bicep" => Some(Self::Bicep),
            "json" | "jsonc" => Some(Self::Json),
            _ => None,
        }
    }

    /// Whether `c` stands between a property's name and its value.
    fn separates(self, c: char) -> bool {
        c == if self == Self::Terraform { '=' } else { ':' }
    }

    /// The quotes of a text.
    fn quote(self) -> char {
        if self == Self::Bicep { '\'' } else { '"' }
    }
}

/// What a property names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A set, by its id.
    Set,
    /// A key, by its URL.
    Key,
    /// A vault, by its id.
    Vault,
}

impl Wanted {
    /// What the property `name` names, which is in the property `parent`.
    fn of(name: &str, parent: Option<&str>) -> Option<Self> {
        let name = match (name, parent) {
            ("id", Some(parent)) => format!("{parent}.id"),
            (name, _) => name.to_owned(),
        };
        match name.replace('_', "").to_lowercase().as_str() {
            "diskencryptionsetid" | "securevmdiskencryptionsetid" | "diskencryptionset.id" => Some(Self::Set),
            "keyvaultkeyid" | "managedhsmkeyid" | "keyurl" | "keyuri" => Some(Self::Key),
            "keyvaultid" | "sourcevault.id" => Some(Self::Vault),
            _ => None,
        }
    }

    pub(crate) fn is(self, kind: MappedKind) -> bool {
        match self {
            Self::Set => kind == MappedKind::EncryptionSet,
            Self::Key => kind == MappedKind::Key,
            Self::Vault => kind == MappedKind::Vault,
        }
    }
}

/// A value that is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Typed {
    pub(crate) wanted: Wanted,
    /// Its bytes, on one line: what an item takes the place of. A quote before and after it is a part of it.
    pub(crate) range: Range<usize>,
    /// The quote that it begins with.
    pub(crate) quote: Option<char>,
}

/// What is being typed at the byte `at` of `text`, if it is the value of a property that names something.
pub(crate) fn at(text: &str, at: usize, language: Language) -> Option<Typed> {
    let before = text.get(..at)?;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let separator = separator(&before[start..], language)? + start;
    let (name, outside) = last_name(text.get(..separator)?)?;
    let parent = outside.trim_end().strip_suffix('{').and_then(|outer| {
        let outer = outer.trim_end();
        last_name(outer.strip_suffix(|c| language.separates(c)).unwrap_or(outer))
    });
    let wanted = Wanted::of(name, parent.map(|(parent, _)| parent))?;
    let value = separator + 1;
    let typed = text.get(value..at)?;
    let value = value + typed.len() - typed.trim_start().len();
    let typed = text.get(value..at)?;
    let rest = text.get(at..)?.split('\n').next().unwrap_or_default().trim_end_matches('\r');
    let quote = typed.chars().next().filter(|first| *first == language.quote());
    let end = match quote {
        // A text that was closed by the editor ends at its quote, one that is open at what follows it.
        Some(quote) if !typed[1..].contains(quote) => match rest.find(quote) {
            Some(end) => at + end + 1,
            None => at + word(rest),
        },
        Some(_) => return None,
        None if typed.chars().all(is_of_a_word) => at + word(rest),
        None => return None,
    };
    Some(Typed { wanted, range: value..end, quote })
}

/// The last separator of `line` that stands between a name and its value, outside of texts.
fn separator(line: &str, language: Language) -> Option<usize> {
    let (mut open, mut found, mut last) = (None, None, ' ');
    for (at, c) in line.char_indices() {
        match open {
            Some(quote) if c == quote && last != '\\' => open = None,
            Some(_) => {}
            None if c == '\'' || c == '"' => open = Some(c),
            None => {
                let next = line[at + c.len_utf8()..].chars().next();
                let doubled = language == Language::Terraform && (next == Some('=') || "=!<>".contains(last));
                let is_it = language.separates(c) && !doubled && next != Some('>') && begins(&line[..at]);
                found = if is_it { Some(at) } else { found };
            }
        }
        last = c;
    }
    found
}

/// Whether `line` ends with a name that begins a property: nothing, `{` or `,` stands before it.
fn begins(line: &str) -> bool {
    let outside = last_name(line).map(|(_, outside)| outside.trim_end());
    outside.is_some_and(|outside| outside.is_empty() || outside.ends_with(['{', ',']))
}

/// The name that `text` ends with, and what stands before it.
fn last_name(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_end();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (name, outside) = match text.strip_suffix(['"', '\'']) {
        Some(inner) => inner.rsplit_once(['"', '\'']).map(|(outside, name)| (name, outside))?,
        None => {
            let start = text.trim_end_matches(is_name).len();
            (&text[start..], &text[..start])
        }
    };
    (!name.is_empty() && name.chars().all(is_name)).then_some((name, outside))
}

fn is_of_a_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-.:[]\"/".contains(c)
}

/// How many bytes of `rest` go on with a word.
fn word(rest: &str) -> usize {
    rest.find(|c| !is_of_a_word(c)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is typed at the `|` of `text`, and what an item takes the place of.
    fn asked(text: &str, language: Language) -> Option<(Wanted, String)> {
        let place = text.find('|').unwrap();
        let text = text.replacen('|', "", 1);
        at(&text, place, language).map(|typed| (typed.wanted, text[typed.range].to_owned()))
    }

    #[test]
    fn a_property_that_names_something_is_seen_while_it_is_typed() {
        use Language::{Bicep, Json, Terraform};
        use Wanted::{Key, Set, Vault};
        for (text, language, wanted, replaced) in [
            ("  disk_encryption_set_id = |", Terraform, Set, ""),
            ("  disk_encryption_set_id   =|\n}", Terraform, Set, ""),
            ("  disk_encryption_set_id = azurerm_di|sk.x # why", Terraform, Set, "azurerm_disk.x"),
            ("  disk_encryption_set_id = \"/sub|\"\n", Terraform, Set, "\"/sub\""),
            ("os_disk { secure_vm_disk_encryption_set_id = |}", Terraform, Set, ""),
            ("  key_vault_key_id = |\r\n", Terraform, Key, ""),
            ("key_vault_id = |", Terraform, Vault, ""),
            ("encryption = { diskEncryptionSet = { id = | } }", Terraform, Set, ""),
            ("    diskEncryptionSetId: |", Bicep, Set, ""),
            ("    diskEncryptionSet: {\n      id: set.|\n    }", Bicep, Set, "set."),
            ("diskEncryptionSet: { id: '|' }", Bicep, Set, "''"),
            ("sourceVault: {\n\n id: |", Bicep, Vault, ""),
            ("activeKey: { sourceVault: { id: v.id }, keyUrl: |", Bicep, Key, ""),
            ("\"diskEncryptionSetId\": \"|\",", Json, Set, "\"\""),
            ("\"diskEncryptionSet\": {\n \"id\": \"[resou|\"", Json, Set, "\"[resou\""),
            ("\"keyUrl\":|", Json, Key, ""),
        ] {
            assert_eq!(asked(text, language), Some((wanted, replaced.to_owned())), "{text}");
        }
    }

    #[test]
    fn elsewhere_nothing_is_asked() {
        use Language::{Bicep, Json, Terraform};
        for (text, language) in [
            ("|", Terraform),
            ("name = |", Terraform),
            ("  id = |", Terraform),
            ("disk_encryption_set_id == |", Terraform),
            ("disk_encryption_set_id => |", Terraform),
            ("# say disk_encryption_set_id = |", Terraform),
            ("disk_encryption_set_id = a ? b : |", Terraform),
            ("disk_encryption_set_id = \"x\" |", Terraform),
            ("disk_encryption_set_id |", Terraform),
            ("name: x ? diskEncryptionSetId: |", Bicep),
            ("'diskEncryptionSetId: |'", Bicep),
            ("parent: {\n id: |", Bicep),
            ("\"diskEncryptionSetId: |", Json),
            ("ä😀: |", Bicep),
        ] {
            assert_eq!(asked(text, language), None, "{text}");
        }
    }
}
