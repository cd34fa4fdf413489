//! The resource types that the rules use.

pub(crate) const VAULT: &str = "Microsoft.KeyVault/vaults";
pub(crate) const HSM: &str = "Microsoft.KeyVault/managedHSMs";
pub(crate) const KEY: &str = "Microsoft.KeyVault/vaults/keys";
pub(crate) const HSM_KEY: &str = "Microsoft.KeyVault/managedHSMs/keys";
pub(crate) const SET: &str = "Microsoft.Compute/diskEncryptionSets";
pub(crate) const DISK: &str = "Microsoft.Compute/disks";
pub(crate) const SNAPSHOT: &str = "Microsoft.Compute/snapshots";
pub(crate) const IMAGE: &str = "Microsoft.Compute/images";
pub(crate) const GALLERY: &str = "Microsoft.Compute/galleries";
pub(crate) const VERSION: &str = "Microsoft.Compute/galleries/images/versions";
pub(crate) const VM: &str = "Microsoft.Compute/virtualMachines";
pub(crate) const SCALE_SET: &str = "Microsoft.Compute/virtualMachineScaleSets";

pub(crate) const USER_ASSIGNED_IDENTITY: &str = "Microsoft.ManagedIdentity/userAssignedIdentities";

/// The types that a key can have beside `RSA` and `RSA-HSM`.
/// <https://learn.microsoft.com/azure/key-vault/keys/about-keys>
pub(crate) const OTHER_KEY_TYPES: [&str; 4] = ["EC", "EC-HSM", "oct", "oct-HSM"];

/// The same types in lower case, for matching.
pub(crate) mod folded {
    pub(crate) const VAULT: &str = "microsoft.keyvault/vaults";
    pub(crate) const HSM: &str = "microsoft.keyvault/managedhsms";
    pub(crate) const KEY: &str = "microsoft.keyvault/vaults/keys";
    pub(crate) const KEY_VERSION: &str = "microsoft.keyvault/vaults/keys/versions";
    pub(crate) const HSM_KEY: &str = "microsoft.keyvault/managedhsms/keys";
    pub(crate) const SECRET: &str = "microsoft.keyvault/vaults/secrets";
    pub(crate) const CERTIFICATE: &str = "microsoft.keyvault/vaults/certificates";
    pub(crate) const SET: &str = "microsoft.compute/diskencryptionsets";
    pub(crate) const DISK: &str = "microsoft.compute/disks";
    pub(crate) const SNAPSHOT: &str = "microsoft.compute/snapshots";
    pub(crate) const IMAGE: &str = "microsoft.compute/images";
    pub(crate) const GALLERY: &str = "microsoft.compute/galleries";
    pub(crate) const VERSION: &str = "microsoft.compute/galleries/images/versions";
    pub(crate) const VM: &str = "microsoft.compute/virtualmachines";
    pub(crate) const VM_EXTENSION: &str = "microsoft.compute/virtualmachines/extensions";
    pub(crate) const SCALE_SET: &str = "microsoft.compute/virtualmachinescalesets";
    pub(crate) const SCALE_SET_EXTENSION: &str = "microsoft.compute/virtualmachinescalesets/extensions";
    pub(crate) const ACCESS_POLICIES: &str = "microsoft.keyvault/vaults/accesspolicies";
    pub(crate) const ROLE_ASSIGNMENT: &str = "microsoft.authorization/roleassignments";
    pub(crate) const SCRIPT: &str = "microsoft.resources/deploymentscripts";
    pub(crate) const ACTION: &str = "cmklint/resourceactions";
}
