use cmklint_graph::{NodeId, ResourceId, Value, World};

pub(crate) const KEY_URL: &str = "properties.activeKey.keyUrl";
pub(crate) const SOURCE_VAULT: &str = "properties.activeKey.sourceVault.id";

/// The key that an encryption set uses, in one world.
#[derive(Clone, Debug, Default)]
pub(crate) struct SetKey {
    pub(crate) world: World,
    /// The set's key URL there.
    pub(crate) url: Option<Value>,
    /// The key, where it is in the estate.
    pub(crate) key: Option<NodeId>,
    pub(crate) key_name: Option<Value>,
    pub(crate) vault: VaultRef,
    pub(crate) vault_name: Option<Value>,
    /// Whether the vault is known by the set's source vault, and not by its key URL.
    pub(crate) vault_by_id: bool,
    pub(crate) managed_hsm: Option<bool>,
    /// Whether the URL names a version of the key.
    pub(crate) versioned: Option<bool>,
    /// Why the URL is certainly not that of a key.
    pub(crate) fault: Option<String>,
}

/// A vault or managed HSM.
#[derive(Clone, Debug, Default)]
pub(crate) enum VaultRef {
    /// One of the estate.
    Node(NodeId),
    /// One outside of the estate.
    Id(ResourceId),
    #[default]
    Unknown,
}

impl VaultRef {
    pub(crate) fn node(&self) -> Option<NodeId> {
        if let Self::Node(node) = self { Some(*node) } else { None }
    }
}
