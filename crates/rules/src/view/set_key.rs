use cmklint_graph::{NodeId, ResourceId, Value, World};

pub(crate) const KEY_URL: &str = "properties.activeKey.keyUrl";
pub(crate) const SOURCE_VAULT: &str = "properties.activeKey.sourceVault.id";

/// The key that an encryption set takes, in one world.
#[derive(Clone, Debug, Default)]
pub(crate) struct SetKey {
    pub(crate) world: World,
    /// What the set's key URL says there.
    pub(crate) url: Option<Value>,
    /// The key, where the estate holds it.
    pub(crate) key: Option<NodeId>,
    pub(crate) key_name: Option<Value>,
    pub(crate) vault: VaultRef,
    pub(crate) vault_name: Option<Value>,
    /// Whether the set's source vault, and not its key URL, tells the vault.
    pub(crate) vault_by_id: bool,
    pub(crate) managed_hsm: Option<bool>,
    /// Whether the URL names a version of the key.
    pub(crate) versioned: Option<bool>,
    /// Why the URL is certainly none of a key.
    pub(crate) fault: Option<String>,
}

/// A vault or managed HSM.
#[derive(Clone, Debug, Default)]
pub(crate) enum VaultRef {
    /// One of the estate.
    Node(NodeId),
    /// One that the estate doesn't hold.
    Id(ResourceId),
    #[default]
    Unknown,
}

impl VaultRef {
    pub(crate) fn node(&self) -> Option<NodeId> {
        if let Self::Node(node) = self { Some(*node) } else { None }
    }
}
