//! What is made of a configuration once, for all deployments and instances of its module.

use std::any::{Any, TypeId};
use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

/// What was made, by its type and a key.
type Made = FxHashMap<(TypeId, String), Arc<dyn Any + Send + Sync>>;

/// What was made of one configuration. It may rest on nothing else than that configuration and what `holds` checks; a copy begins with nothing.
#[derive(Default)]
pub(crate) struct Shared(RwLock<Made>);

impl Shared {
    /// What was made under `key`, where it `holds`; else what `make` makes.
    pub(crate) fn made<T: Any + Send + Sync>(
        &self,
        key: &str,
        holds: impl FnOnce(&T) -> bool,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        let key = (TypeId::of::<T>(), key.to_owned());
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(made) = known.and_then(|made| made.downcast::<T>().ok()).filter(|made| holds(made)) {
            return made;
        }
        let made = Arc::new(make());
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(key, Arc::clone(&made) as Arc<dyn Any + Send + Sync>);
        made
    }
}

impl Clone for Shared {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}
