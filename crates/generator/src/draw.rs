//! Draws an estate: a correct one, with faults planted here and there.

use std::collections::BTreeMap;

use fastrand::Rng;

use crate::model::{Cell, Estate, Id, KeyUrl, Resource, Stated, Volume, What};

const REGIONS: [&str; 4] = ["westeurope", "northeurope", "eastus2", "uksouth"];
const SUBSCRIPTIONS: [&str; 2] = ["00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-0000000000ab"];

/// The estate of that seed. Deterministic.
#[must_use]
pub fn draw(seed: u64) -> Estate {
    let mut drawing = Drawing {
        rng: Rng::with_seed(seed),
        estate: Estate { cells: Vec::new(), resources: BTreeMap::new() },
        // Some estates have no faults.
        fault: 0.0,
    };
    drawing.fault = [0.0, 0.05, 0.1, 0.2][drawing.rng.usize(..4)];
    let cells = drawing.rng.usize(1..=3);
    for cell in 0..cells {
        let subscription = SUBSCRIPTIONS[usize::from(drawing.rng.u8(..3) == 0)];
        drawing.estate.cells.push(Cell { subscription, group: format!("rg-app{cell}") });
    }
    for _ in 0..drawing.rng.usize(1..=2) {
        drawing.keys();
    }
    for _ in 0..drawing.rng.usize(1..=8) {
        drawing.more();
    }
    drawing.estate
}

struct Drawing {
    rng: Rng,
    estate: Estate,
    /// The probability that a choice is a wrong one.
    fault: f64,
}

impl Drawing {
    fn wrong(&mut self) -> bool {
        self.rng.f64() < self.fault
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        if all.is_empty() { None } else { all.get(self.rng.usize(..all.len())).copied() }
    }

    fn add(&mut self, prefix: &str, cell: usize, region: &'static str, what: What) -> Id {
        let id = self.estate.resources.len() as Id;
        let name = match what {
            What::Version { .. } => format!("1.0.{id}"),
            What::Gallery { .. } => format!("{prefix}{id}"),
            _ => format!("{prefix}-{id}"),
        };
        let deployed = true;
        self.estate.resources.insert(id, Resource { name, cell, region, deployed, what });
        id
    }

    fn ids(&self, wanted: fn(&What) -> bool) -> Vec<Id> {
        self.estate.resources.iter().filter(|(_, r)| wanted(&r.what) && r.deployed).map(|(id, _)| *id).collect()
    }

    /// Where to put a resource that belongs to `id`: a cell of its subscription and its region; or elsewhere.
    fn beside(&mut self, id: Id) -> (usize, &'static str) {
        let (cell, region) = (self.estate.get(id).cell, self.estate.get(id).region);
        let subscription = self.estate.cells[cell].subscription;
        let other = self.wrong();
        let fits: Vec<usize> = (0..self.estate.cells.len())
            .filter(|c| (self.estate.cells[*c].subscription == subscription) != other)
            .collect();
        let cell = self.pick(&fits).unwrap_or(cell);
        let region = if self.wrong() { REGIONS[self.rng.usize(..REGIONS.len())] } else { region };
        (cell, region)
    }

    /// A vault with keys and sets.
    fn keys(&mut self) {
        let cell = self.rng.usize(..self.estate.cells.len());
        let region = REGIONS[self.rng.usize(..2)];
        let (premium, purge) = (self.rng.bool(), !self.wrong());
        let vault = self.add("kv", cell, region, What::Vault { premium, purge });
        for _ in 0..self.rng.usize(1..=2) {
            let kty = match (self.wrong(), premium || self.wrong()) {
                (true, _) => ["EC", "EC-HSM", "oct-HSM"][self.rng.usize(..3)],
                (_, true) if self.rng.bool() => "RSA-HSM",
                _ => "RSA",
            };
            let size = match (kty.starts_with("RSA"), self.wrong()) {
                (true, true) => Some(1024),
                (true, false) => [None, Some(2048), Some(3072), Some(4096)][self.rng.usize(..4)],
                _ => None,
            };
            let key = self.add("key", cell, region, What::Key { vault, kty, size });
            for _ in 0..self.rng.usize(1..=2) {
                let (cell, region) = self.beside(vault);
                let url = match (self.wrong(), self.rng.u8(..3)) {
                    (true, 0) => KeyUrl::Vault,
                    (true, 1) => KeyUrl::Secret,
                    (true, _) => KeyUrl::Versionless,
                    _ => KeyUrl::Versioned,
                };
                let confidential = self.wrong() && self.rng.bool();
                self.add("des", cell, region, What::Set { key, url, confidential });
            }
        }
    }

    /// One more resource that uses existing ones.
    fn more(&mut self) {
        let sets = self.ids(|w| matches!(w, What::Set { .. }));
        let set = self.pick(&sets).unwrap_or(0);
        let (cell, region) = self.beside(set);
        let id = match self.rng.u8(..11) {
            0 | 1 => {
                // Several that are alike, for loops.
                for _ in 0..self.rng.usize(0..3) {
                    self.add("disk", cell, region, What::Disk { set: Some(set), ade: false, source: None });
                }
                let ade = self.wrong();
                let plain = self.rng.u8(..5) == 0;
                let ade = ade || plain && self.rng.bool();
                self.add("disk", cell, region, What::Disk { set: Some(set).filter(|_| !plain), ade, source: None })
            }
            2 | 8 | 9 => self.copy(set),
            3 | 10 => self.snapshot(),
            4 => self.image(set, cell, region),
            5 => self.version(set, cell, region),
            _ => self.machine(set, cell, region),
        };
        // A fault in a resource that is not deployed does not count.
        if self.rng.u8(..10) == 0
            && let Some(resource) = self.estate.resources.get_mut(&id)
        {
            resource.deployed = false;
        }
    }

    /// A set with the same key, or another where the choice is wrong, that `id` may name.
    fn fitting(&mut self, set: Id) -> Id {
        let sets = self.ids(|w| matches!(w, What::Set { .. }));
        if self.wrong() || self.wrong() { self.pick(&sets).unwrap_or(set) } else { set }
    }

    fn copy(&mut self, set: Id) -> Id {
        let sources = self.ids(|w| {
            matches!(w, What::Disk { .. } | What::Snapshot { .. } | What::Image { .. } | What::Version { .. })
        });
        let Some(source) = self.pick(&sources) else {
            let (cell, region) = self.beside(set);
            return self.add("disk", cell, region, What::Disk { set: Some(set), ade: false, source: None });
        };
        let (cell, region) = self.beside(source);
        let set = match self.set_of(source) {
            Some(own) => Some(self.fitting(own)).filter(|_| !self.wrong()),
            None => Some(set).filter(|_| self.wrong()),
        };
        self.add("disk", cell, region, What::Disk { set, ade: false, source: Some(source) })
    }

    /// The set that a source is encrypted with, approximately: the one to name beside it.
    fn set_of(&self, id: Id) -> Option<Id> {
        match &self.estate.get(id).what {
            What::Disk { set, source, .. } => set.or_else(|| source.and_then(|s| self.set_of(s))),
            What::Snapshot { source, .. } => self.set_of(*source),
            What::Image { set, source } => set.or_else(|| source.and_then(|s| self.set_of(s))),
            What::Version { targets, .. } => targets.first().and_then(|t| t.1),
            _ => None,
        }
    }

    fn snapshot(&mut self) -> Id {
        let disks = self.ids(|w| matches!(w, What::Disk { .. }));
        let Some(source) = self.pick(&disks) else {
            return self.add("disk", 0, REGIONS[0], What::Disk { set: None, ade: false, source: None });
        };
        let (cell, region) = self.beside(source);
        let stated = match (self.set_of(source), self.rng.u8(..4)) {
            (Some(set), 0 | 2) => Stated::Set(self.fitting(set)),
            (Some(_), 1) if self.wrong() => Stated::Platform,
            _ => Stated::Nothing,
        };
        self.add("snap", cell, region, What::Snapshot { source, stated })
    }

    fn image(&mut self, set: Id, cell: usize, region: &'static str) -> Id {
        let sources = self.ids(|w| matches!(w, What::Disk { .. } | What::Snapshot { .. }));
        match (self.rng.u8(..3), self.pick(&sources)) {
            (0, Some(source)) => {
                let (cell, region) = self.beside(source);
                self.add("img", cell, region, What::Image { source: Some(source), set: None })
            }
            (1, _) => self.add("img", cell, region, What::Image { source: None, set: None }),
            _ => self.add("img", cell, region, What::Image { source: None, set: Some(set) }),
        }
    }

    fn version(&mut self, set: Id, cell: usize, region: &'static str) -> Id {
        let shared = self.wrong();
        let gallery = self.add("gal", cell, region, What::Gallery { shared });
        let source = self.add("img", cell, region, What::Image { source: None, set: None });
        let encrypted = self.rng.u8(..4) != 0;
        let home = self.estate.get(set).region;
        let mut targets = vec![(if self.wrong() { REGIONS[3] } else { home }, Some(set).filter(|_| encrypted))];
        let other = REGIONS.into_iter().find(|r| targets.iter().all(|t| t.0 != *r)).unwrap_or("westus");
        if !encrypted || self.wrong() {
            targets.push((other, None));
        }
        self.add("", cell, region, What::Version { gallery, source, targets })
    }

    fn machine(&mut self, set: Id, cell: usize, region: &'static str) -> Id {
        let images = self.ids(|w| matches!(w, What::Image { .. } | What::Version { .. }));
        let disks = self.ids(|w| matches!(w, What::Disk { .. }));
        let scale = self.rng.u8(..4) == 0;
        let image = self.pick(&images).filter(|_| self.rng.u8(..4) > 0);
        let wanted = match image.map(|i| self.set_of(i)) {
            Some(Some(own)) => Some(self.fitting(own)),
            Some(None) => None,
            None => Some(set).filter(|_| self.rng.bool()),
        };
        let mut attached = Vec::new();
        if !scale && self.rng.bool() {
            attached.extend(self.pick(&disks));
        }
        // A disk is attached to one machine only.
        let taken = |id: &Id| {
            self.estate
                .resources
                .values()
                .any(|r| matches!(&r.what, What::Machine { attached, .. } if attached.contains(id)))
        };
        attached.retain(|id| !taken(id));
        let ade = (self.wrong() || wanted.is_none() && attached.is_empty() && self.rng.bool())
            .then(|| [Volume::Os, Volume::Data, Volume::All][self.rng.usize(..3)]);
        let (cell, region) = match (image, attached.first()) {
            (Some(image), _) => self.beside(image),
            (_, Some(disk)) => self.beside(*disk),
            _ => (cell, region),
        };
        self.add(
            if scale { "vmss" } else { "vm" },
            cell,
            region,
            What::Machine { scale, set: wanted, image, attached, ade },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_one_estate_and_each_name_is_there() {
        for seed in 0..200 {
            let estate = draw(seed);
            assert_eq!(estate, draw(seed));
            for resource in estate.resources.values() {
                assert!(resource.names().iter().all(|id| estate.resources.contains_key(id)), "{estate:#?}");
            }
        }
    }
}
