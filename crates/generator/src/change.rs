//! What existed before: an estate slightly different from the current one, and the faults that the difference makes.

use std::collections::BTreeSet;

use fastrand::Rng;

use crate::model::{Estate, Id, What};
use crate::oracle::{Edition, Fault, Oracle};

/// An older state of `now`: a resource group or subscription had another name, an image or version had a key, a disk had Azure Disk Encryption.
/// `None` where `now` has nothing that could have changed this way.
#[must_use]
pub fn before(now: &Estate, seed: u64) -> Option<Estate> {
    let mut rng = Rng::with_seed(seed);
    let mut out = now.clone();
    let sets: Vec<Id> = ids(now, |w| matches!(w, What::Set { .. }));
    let mut any = |ids: Vec<Id>| if ids.is_empty() { None } else { ids.get(rng.usize(..ids.len())).copied() };
    match seed % 5 {
        0 => out.cells.first_mut()?.group = "rg-before".to_owned(),
        1 => out.cells.first_mut()?.subscription = "00000000-0000-0000-0000-00000000beef",
        2 => {
            let id =
                any(ids(now, |w| matches!(w, What::Version { targets, .. } if targets.iter().any(|t| t.1.is_none()))))?;
            let set = any(sets)?;
            if let What::Version { targets, .. } = &mut out.resources.get_mut(&id)?.what {
                targets.iter_mut().filter(|t| t.1.is_none()).for_each(|t| t.1 = Some(set));
            }
        }
        3 => {
            // A resource from an image without a stated key may have kept the key or not: nothing is made from this image.
            let named = |id: &Id| now.resources.values().any(|r| r.names().contains(id));
            let images = ids(now, |w| matches!(w, What::Image { set: None, source: None }));
            let id = any(images.into_iter().filter(|id| !named(id)).collect())?;
            let key = any(sets)?;
            if let What::Image { set, .. } = &mut out.resources.get_mut(&id)?.what {
                *set = Some(key);
            }
        }
        _ => {
            let id = any(ids(now, |w| matches!(w, What::Disk { ade: false, source: None, .. })))?;
            if let What::Disk { ade, .. } = &mut out.resources.get_mut(&id)?.what {
                *ade = true;
            }
        }
    }
    Some(out)
}

fn ids(estate: &Estate, wanted: fn(&What) -> bool) -> Vec<Id> {
    estate.resources.iter().filter(|(_, r)| wanted(&r.what) && r.deployed).map(|(id, _)| *id).collect()
}

/// The faults of the change from `before` to `now`, without those of `now` alone.
#[must_use]
pub fn faults(before: &Estate, now: &Estate, edition: Edition) -> BTreeSet<Fault> {
    let (old, new) = (Oracle::new(before, edition), Oracle::new(now, edition));
    let mut out = BTreeSet::new();
    for (id, resource) in now.resources.iter().filter(|(id, r)| r.deployed && before.resources.contains_key(id)) {
        let mut fault = |rule| out.insert((rule, resource.name.clone()));
        let was = before.get(*id);
        let kept = matches!(resource.what, What::Disk { .. } | What::Snapshot { .. } | What::Image { .. });
        if kept && old.is_encrypted(*id, was.region) {
            let cell = |estate: &Estate, at: usize| estate.cells.get(at).cloned();
            if let (Some(then), Some(here)) = (cell(before, was.cell), cell(now, resource.cell)) {
                // Later editions are about disks, and about incremental snapshots, which no estate has.
                let holds = matches!(resource.what, What::Disk { .. }) || edition.0 < "2022-10";
                if then.group != here.group && holds {
                    fault("CMK030");
                }
                if then.subscription != here.subscription {
                    fault("CMK031");
                }
            }
        }
        match (&was.what, &resource.what) {
            (What::Version { targets: then, .. }, What::Version { targets, .. }) => {
                let lost =
                    |t: &(&str, Option<Id>)| t.1.is_none() && then.iter().any(|then| then.0 == t.0 && then.1.is_some());
                if targets.iter().any(lost) {
                    fault("CMK062");
                }
            }
            (What::Image { .. }, What::Image { .. })
                if old.is_encrypted(*id, was.region) && !new.is_encrypted(*id, resource.region) =>
            {
                fault("CMK062");
            }
            // A resource that still has it is at fault by other rules.
            (_, What::Disk { set: Some(_), .. }) if old.had_ade(*id) && !new.had_ade(*id) => {
                fault("CMK041");
            }
            (_, What::Machine { set: Some(_), image: Some(image), .. }) if old.had_ade(*image) => {
                fault("CMK041");
            }
            _ => {}
        }
    }
    // A fault that exists without what existed before is reported as that one.
    &out - &crate::oracle::faults(now, edition)
}
