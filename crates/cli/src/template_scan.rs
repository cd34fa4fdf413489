//! Searches the text of a template without parsing it: whether it can declare or deploy what a rule looks at, and which files it deploys.
//!
//! A text with an unclosed bracket is parsed, so that the error in it is reported.
//!
//! This is an over-estimate: a template that is not recognized here can lead to no finding. `tests/syntax.rs` holds it against runs that parse everything.

use std::cell::LazyCell;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use cmklint_source::{Diagnostic, SourceFile, Sources, join, parent};

/// Words, in any case, of which a text that can declare what a rule reports contains one.
/// What a template spec holds is in another file.
const WORDS: [&str; 4] = ["microsoft.compute", "diskencryptionset", "keyvaultproperties", "templatespecs"];

/// The word, in any case, of a text that can declare a vault or a key: by themselves they lead to no finding, but others may look them up.
const VAULT: &str = "microsoft.keyvault";

/// Further words for JSON: a deployment may link to any file, and an escaped letter may be part of one of the words.
const JSON_WORDS: [&str; 2] = ["microsoft.resources/deployments", "\\u00"];

/// Words, in any case, by which a deployment that is written as a resource in Bicep takes its template from elsewhere.
const TAKES_TEMPLATE: [&str; 3] = ["loadjsoncontent", "loadtextcontent", "templatelink"];

/// The keyword before the symbolic name and the path of a module, in Bicep.
const MODULE: &str = "module";

/// The words before which a declaration ends: those that begin the next one.
const KEYWORDS: [&str; 6] = ["resource ", "module ", "output ", "param ", "var ", "func "];

/// What a template's text tells without being parsed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct TemplateScan {
    /// Whether the template must be parsed to tell what it declares and deploys.
    pub(crate) may_matter: bool,
    /// Whether the template may declare a vault or a key, where it need not be parsed for itself.
    pub(crate) has_vault: bool,
    /// The files of the tree that it may deploy, where it need not be parsed for itself.
    pub(crate) links: Vec<String>,
    /// Where each of them is named in the text, with the quotes, in bytes; `None` where that may be no code.
    pub(crate) link_ranges: Vec<Option<Range<usize>>>,
    /// The modules of registries that it may deploy, where it need not be parsed for itself.
    pub(crate) remote: Vec<RemoteModule>,
    /// What is told of those of them that cannot be read: the text alone does not tell.
    pub(crate) away: Vec<Diagnostic>,
}

/// A module of a registry, as a text names it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RemoteModule {
    /// Its address.
    pub(crate) address: String,
    /// Where the address is in the text, with its quotes, in bytes.
    pub(crate) range: Range<usize>,
}

impl TemplateScan {
    /// The scan of a template that must be parsed.
    pub(crate) fn must_be_parsed() -> Self {
        Self { may_matter: true, ..Self::default() }
    }
}

/// What a text is searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Declared {
    /// What a rule reports.
    Reported,
    /// That, or a vault or a key.
    OrVault,
}

/// Whether the text of a template may declare that.
pub(crate) fn may_declare(text: &str, what: Declared) -> bool {
    static REPORTED: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| searcher(&WORDS));
    static OR_VAULT: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| searcher(&[&WORDS[..], &[VAULT]].concat()));
    let search = match what {
        Declared::Reported => &REPORTED,
        Declared::OrVault => &OR_VAULT,
    };
    may_have(search, text)
}

/// As [`may_declare`], of the text of a file that many roots may reach: it is searched once.
pub(crate) fn file_may_declare(file: &SourceFile, what: Declared, sources: &Sources) -> bool {
    struct MayDeclare {
        reported: bool,
        or_vault: bool,
    }
    let found = sources.made_of(file.id(), || {
        let reported = may_declare(file.text(), Declared::Reported);
        MayDeclare { reported, or_vault: reported || may_declare(file.text(), Declared::OrVault) }
    });
    if what == Declared::Reported { found.reported } else { found.or_vault }
}

/// As [`may_declare_group`], of the text of a file that many roots may reach: it is searched once.
pub(crate) fn file_may_declare_group(file: &SourceFile, sources: &Sources) -> bool {
    struct MayDeclareGroup(bool);
    sources.made_of(file.id(), || MayDeclareGroup(may_declare_group(file.text()))).0
}

/// Whether a text may declare a resource group by the name of ARM's type, or by a module that is known by its source.
pub(crate) fn may_declare_group(text: &str) -> bool {
    static SEARCH: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| searcher(&["resources/resourcegroups", "avm/res/resources/resource-group", "\\u00"]));
    may_have(&SEARCH, text)
}

/// What `text`, the content of the template at `path`, tells without being parsed.
pub(crate) fn scan(path: &str, text: &str) -> TemplateScan {
    if path.to_ascii_lowercase().ends_with(".bicep") { of_bicep(path, text) } else { of_json(text) }
}

fn of_json(text: &str) -> TemplateScan {
    static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| searcher(&[&WORDS[..], &JSON_WORDS].concat()));
    let may_matter = may_have(&SEARCH, text) || !cmklint_arm::is_closed(text);
    TemplateScan {
        may_matter,
        has_vault: !may_matter && may_declare(text, Declared::OrVault),
        ..TemplateScan::default()
    }
}

fn of_bicep(path: &str, text: &str) -> TemplateScan {
    static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| searcher(&[&WORDS[..], &[VAULT, MODULE]].concat()));
    let Some(search) = SEARCH.as_ref() else { return TemplateScan::must_be_parsed() };
    let (mut links, mut ranges, mut remote, mut has_vault) = (Vec::new(), Vec::new(), Vec::new(), false);
    let without_code = LazyCell::new(|| cmklint_bicep::syntax::without_code(text));
    let is_code = |at: usize| begins_line(text, at) && !without_code.iter().any(|range| range.contains(&at));
    for found in search.find_iter(text) {
        if found.pattern().as_usize() == WORDS.len() {
            has_vault = true;
            continue;
        }
        if text.get(found.range()) != Some(MODULE) {
            // `Module` in another case is no keyword.
            if found.len() == MODULE.len() {
                continue;
            }
            return TemplateScan::must_be_parsed();
        }
        match module_after(text, found.start(), found.end()) {
            Module::No => {}
            // Of a missing file only what is surely code tells.
            Module::File(named, range) => {
                let range = is_code(found.start()).then_some(range);
                if let Some(link) = join(parent(path), named) {
                    links.push(link);
                    ranges.push(range);
                }
            }
            Module::Remote(module) if is_code(found.start()) => remote.push(module),
            Module::Remote(_) | Module::Unseen => return TemplateScan::must_be_parsed(),
        }
    }
    let may_matter = deploys_file(text) || !cmklint_bicep::syntax::is_closed(text);
    TemplateScan { may_matter, has_vault, links, link_ranges: ranges, remote, ..TemplateScan::default() }
}

/// Whether a resource in the Bicep text may be a deployment whose template is another file: unless its declaration writes the template out, and loads nothing.
fn deploys_file(text: &str) -> bool {
    static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| searcher(&["resources/deployments"]));
    static TAKES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| searcher(&TAKES_TEMPLATE));
    let Some(search) = SEARCH.as_ref() else { return true };
    if !may_have(&TAKES, text) {
        return false;
    }
    search.find_iter(text).any(|found| {
        let declared = declaration(text.get(found.end()..).unwrap_or_default());
        let mut templates = declared.split("template:").skip(1);
        let is_written = templates.next().is_some_and(|after| after.trim_start().starts_with('{'));
        !is_written || templates.next().is_some() || may_have(&TAKES, declared)
    })
}

/// The rest of the declaration that `rest` is in, at the beginning of it: up to the line that begins the next one.
pub(crate) fn declaration(rest: &str) -> &str {
    let mut end = 0;
    for line in rest.split_inclusive('\n') {
        if end > 0 && KEYWORDS.iter().any(|word| line.starts_with(word)) {
            break;
        }
        end += line.len();
    }
    rest.get(..end).unwrap_or_default()
}

/// What follows a word `module`.
enum Module<'t> {
    /// No declaration of a module.
    No,
    /// A path of the tree.
    File(&'t str, Range<usize>),
    /// A module of a registry.
    Remote(RemoteModule),
    /// Something that only a parser can tell.
    Unseen,
}

/// Whether nothing is before `start` in its line.
fn begins_line(text: &str, start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    before.rsplit('\n').next().unwrap_or_default().trim().is_empty()
}

fn module_after(text: &str, start: usize, end: usize) -> Module<'_> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let before = text.get(..start).unwrap_or_default();
    let rest = text.get(end..).unwrap_or_default();
    if before.ends_with(is_part) || rest.starts_with(is_part) {
        return Module::No;
    }
    let rest = rest.trim_start_matches([' ', '\t']);
    let after_name = rest.trim_start_matches(is_part);
    let path = after_name.trim_start_matches([' ', '\t']);
    match path.strip_prefix('\'') {
        // A comment between the words, or an unusual rest of the line.
        None if rest.starts_with("/*") || path.starts_with("/*") => Module::Unseen,
        None => Module::No,
        Some(quoted) => match quoted.split_once('\'') {
            Some((named, _)) if named.contains(['\\', '$', '\n']) || named.starts_with("ts") => Module::Unseen,
            Some((named, _)) => {
                let start = text.len() - path.len();
                let range = start..start + named.len() + 2;
                match cmklint_bicep::is_remote(named) {
                    true => Module::Remote(RemoteModule { address: named.to_owned(), range }),
                    false => Module::File(named, range),
                }
            }
            None => Module::Unseen,
        },
    }
}

/// Whether `text` may have one of the words of `search`, as [`searcher`] makes it.
pub(crate) fn may_have(search: &Option<AhoCorasick>, text: &str) -> bool {
    search.as_ref().is_none_or(|search| search.is_match(text))
}

/// A search for `words` in any case of letters; `None` where it cannot be built, and then every text may hold any word.
pub(crate) fn searcher(words: &[&str]) -> Option<AhoCorasick> {
    AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::LeftmostLongest).build(words).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Option<Vec<String>> {
        let scan = scan("apps/main.bicep", text);
        (!scan.may_matter).then_some(scan.links)
    }

    #[test]
    fn modules_of_the_tree_are_links_and_others_must_be_parsed() {
        let text = "
            metadata description = 'this module is for modules'
            import { a } from 'br/public:avm/utl/types:0.5.1'
            module net '../net.bicep' = { name: 'net' }
            module  web\t'web/site.json' = [for i in range(0, 2): { name: 'web${i}' }]
            output module string = net.outputs.module";
        assert_eq!(links(text), Some(vec!["net.bicep".to_owned(), "apps/web/site.json".to_owned()]));
        assert_eq!(links("module v 'ts/specs:a:1' = { name: 'v' }"), None);
        assert_eq!(links("module /* a */ v 'v.bicep' = { name: 'v' }"), None);
        assert_eq!(links("module v /* a */ 'v.bicep' = { name: 'v' }"), None);
        assert_eq!(links("module v 'v\\u{2e}bicep' = { name: 'v' }"), None);
    }

    #[test]
    fn modules_of_registries_are_told_where_they_are_surely_code() {
        let remote = |text: &str| {
            let scan = scan("apps/main.bicep", text);
            let modules = scan.remote.into_iter().map(|module| (text[module.range].to_owned(), module.address));
            (!scan.may_matter).then(|| modules.collect::<Vec<_>>())
        };
        let code = "param a string\n  module n 'br/public:avm/res/network/nat-gateway:1.2.1' = { name: 'n' }";
        let address = "br/public:avm/res/network/nat-gateway:1.2.1";
        assert_eq!(remote(code), Some(vec![(format!("'{address}'"), address.to_owned())]));
        for text in [
            "// module n 'br/public:avm/res/network/nat-gateway:1.2.1' = { name: 'n' }",
            "/*\nmodule n 'br/public:avm/res/network/nat-gateway:1.2.1' = { name: 'n' }\n*/",
            "var a = '''\nmodule n 'br/public:avm/res/network/nat-gateway:1.2.1' = { name: 'n' }\n'''",
            "module n 'br/public:avm/${part}:1.2.1' = { name: 'n' }",
        ] {
            assert_eq!(remote(text), None, "{text}");
        }
    }

    #[test]
    fn a_deployment_whose_template_is_a_file_must_be_parsed() {
        let telemetry = "resource t 'Microsoft.Resources/deployments@2024-03-01' = { properties: { template: {} } }";
        assert_eq!(links(telemetry), Some(Vec::new()));
        assert_eq!(links(&telemetry.replace("{}", "loadJsonContent('a.json')")), None);
        assert_eq!(links(&telemetry.replace("template: {}", "templateLink: { relativePath: 'a.json' }")), None);
    }

    #[test]
    fn a_text_that_is_not_closed_must_be_parsed() {
        assert_eq!(links("resource y = {"), None);
        assert!(scan("main.json", "{\"resources\": [ { \"type\": ] }").may_matter);
    }

    #[test]
    fn a_text_that_names_what_rules_look_at_must_be_parsed() {
        for text in [
            "resource d 'microsoft.Compute/disks@2024-03-02' = {}",
            "resource c 'Microsoft.ContainerService/managedClusters@2024-09-01' = { properties: { diskEncryptionSetID: x } }",
        ] {
            assert_eq!(links(text), None, "{text}");
        }
        assert!(scan("main.json", "{\"type\": \"Microsoft.Resources/deployments\"}").may_matter);
        assert!(scan("main.json", "{\"type\": \"Microsoft\\u002eCompute/disks\"}").may_matter);
        assert!(!scan("main.json", "{\"type\": \"Microsoft.Network/virtualNetworks\"}").may_matter);
        assert!(!may_declare("Microsoft.KeyVault/vaults, Microsoft.Storage", Declared::Reported));
        assert!(may_declare("/providers/MICROSOFT.KEYVAULT/vaults/v", Declared::OrVault));
    }
}
