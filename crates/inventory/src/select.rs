//! Which rows the code can refer to. Only these become resources of the graph, so that the cost of an inventory of a million rows depends on the code.

use memchr::memmem;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::names::Names;
use crate::read::Inventory;
use crate::row::{Id, Kept, hash};

/// The most rows that are added to the graph.
pub(crate) const MAX_ROWS: usize = 500_000;

const SET: &str = "microsoft.compute/diskencryptionsets";
const EXTENSIONS: [&str; 2] =
    ["microsoft.compute/virtualmachines/extensions", "microsoft.compute/virtualmachinescalesets/extensions"];
const VAULTS: [&str; 2] = ["microsoft.keyvault/vaults", "microsoft.keyvault/managedhsms"];

/// The rows that are relevant for code which may refer to `names`, in order; all where `all` is set.
///
/// These are: the rows that the code may refer to, and those that these refer to, over any number of steps; the rows that refer to what the code declares; and
/// all encryption sets,
/// since they are counted.
pub(crate) fn select(inventory: &Inventory, names: &Names, all: bool) -> Vec<u32> {
    let rows = &inventory.rows;
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    if all {
        return (0..count).collect();
    }
    let seeds: Vec<u32> = (0..count)
        .into_par_iter()
        .filter(|at| rows.get(*at as usize).is_some_and(|row| may_name(names, row) || names_declared(names, row)))
        .collect();
    let index = Index::new(inventory);
    let mut taken = vec![false; rows.len()];
    let mut open = Vec::new();
    let mut take = |at: u32, open: &mut Vec<u32>| {
        if let Some(seen) = taken.get_mut(at as usize)
            && !std::mem::replace(seen, true)
        {
            open.push(at);
        }
    };
    for at in seeds {
        take(at, &mut open);
    }
    while let Some(at) = open.pop() {
        let Some(row) = rows.get(at as usize) else { continue };
        index.references(inventory, row, |at| take(at, &mut open));
    }
    (0..count)
        .filter(|at| {
            taken.get(*at as usize) == Some(&true) || rows.get(*at as usize).is_some_and(|row| is(row, &[SET]))
        })
        .collect()
}

fn is(row: &Kept, kinds: &[&str]) -> bool {
    row.kind().is_some_and(|k| kinds.contains(&k.folded.as_str()))
}

/// Whether the code may refer to the resource of `row`: by names and resource group, or to a vault or key by its names alone. The subscription may be one that
/// the code leaves open.
fn may_name(names: &Names, row: &Kept) -> bool {
    let Some(last) = row.id().rsplit('/').next() else { return false };
    if !names.has(last) {
        return false;
    }
    let Some(id) = Id::parse(row.id()) else { return false };
    let kind = id.kind.to_ascii_lowercase();
    let global = VAULTS.iter().any(|v| kind.starts_with(v));
    id.names.iter().all(|n| names.has(n)) && (global || id.group.is_none_or(|group| names.has(group)))
}

/// Whether a property of `row` refers to something that the code declares.
fn names_declared(names: &Names, row: &Kept) -> bool {
    if names.declared.is_empty() && names.vaults.is_empty() {
        return false;
    }
    let mut found = false;
    texts(row.members(), |text| {
        found = found
            || names.declared.contains(&text.to_ascii_lowercase())
            || vault_of(text).is_some_and(|vault| names.vaults.contains(&vault.to_ascii_lowercase()));
    });
    found
}

/// Calls `f` with each id and URL among the texts of the JSON `members`. Texts with escapes are skipped: no id has any.
fn texts(members: &str, mut f: impl FnMut(&str)) {
    let bytes = members.as_bytes();
    for (prefix, fold) in [("\"/", true), ("\"https://", false)] {
        for at in memmem::find_iter(bytes, prefix) {
            let rest = members.get(at + 1..).unwrap_or_default();
            let text = rest.split('"').next().unwrap_or_default();
            if !fold || text.get(..15).is_some_and(|t| t.eq_ignore_ascii_case("/subscriptions/")) {
                f(text);
            }
        }
    }
}

/// The name of the vault or managed HSM at the beginning of a URL.
fn vault_of(url: &str) -> Option<&str> {
    url.strip_prefix("https://")?.split('.').next()
}

/// Rows by the keys with which other rows refer to them.
struct Index {
    vaults: FxHashMap<String, u32>,
    /// Extensions by the hash of their machine's id.
    extensions: FxHashMap<u64, Vec<u32>>,
}

impl Index {
    fn new(inventory: &Inventory) -> Self {
        let mut index = Self { vaults: FxHashMap::default(), extensions: FxHashMap::default() };
        for (at, row) in (0_u32..).zip(&inventory.rows) {
            if is(row, &VAULTS)
                && let Some(name) = row.id().rsplit('/').next()
            {
                index.vaults.entry(name.to_ascii_lowercase()).or_insert(at);
            } else if is(row, &EXTENSIONS)
                && let Some(machine) = parent(row.id())
            {
                index.extensions.entry(hash(machine)).or_default().push(at);
            }
        }
        index
    }

    /// Calls `take` with each row that belongs to `row`: those that its properties refer to, its parent, and the extensions of a machine.
    fn references(&self, inventory: &Inventory, row: &Kept, mut take: impl FnMut(u32)) {
        let mut by_id = |id: &str| {
            if let Some(at) = inventory.by_id.get(&hash(id)) {
                take(*at);
            }
        };
        let mut urls = Vec::new();
        texts(row.members(), |text| if text.starts_with('/') { by_id(text) } else { urls.push(text.to_owned()) });
        let mut at = row.id();
        while let Some(up) = parent(at) {
            by_id(up);
            at = up;
        }
        for url in urls {
            let vault = vault_of(&url).and_then(|name| self.vaults.get(&name.to_ascii_lowercase()));
            let Some(vault) = vault.copied() else { continue };
            take(vault);
            let key = url.split("/keys/").nth(1).and_then(|rest| rest.split('/').next());
            if let (Some(vault), Some(key)) = (inventory.rows.get(vault as usize), key)
                && let Some(at) = inventory.by_id.get(&hash(&format!("{}/keys/{key}", vault.id())))
            {
                take(*at);
            }
        }
        for at in self.extensions.get(&hash(row.id())).map_or(&[][..], Vec::as_slice) {
            take(*at);
        }
    }
}

/// The id of the resource that holds the one with that id.
fn parent(id: &str) -> Option<&str> {
    let (front, _) = id.rsplit_once('/')?;
    let (front, _) = front.rsplit_once('/')?;
    // The rest is a resource where a type and a name follow its provider.
    let path = front.to_ascii_lowercase();
    let (_, path) = path.split_once("/providers/")?;
    (path.matches('/').count() >= 2).then_some(front)
}
