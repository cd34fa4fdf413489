//! Resources that hold a template: whoever uses the resource deploys it, and the files don't say when and where.

use std::fmt;

/// What holds a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Holder {
    /// A version of a template spec.
    /// <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-specs>
    TemplateSpec,
    /// The definition of a managed application.
    /// <https://learn.microsoft.com/azure/azure-resource-manager/managed-applications/overview>
    ManagedApplication,
    /// A policy that deploys what is missing.
    /// <https://learn.microsoft.com/azure/governance/policy/concepts/effect-deploy-if-not-exists>
    Policy,
}

impl Holder {
    const ALL: [Self; 3] = [Self::TemplateSpec, Self::ManagedApplication, Self::Policy];

    /// The holder that a resource of the type `kind` is.
    #[must_use]
    pub fn of(kind: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|holder| holder.kind().eq_ignore_ascii_case(kind))
    }

    /// Its resource type.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::TemplateSpec => "Microsoft.Resources/templateSpecs/versions",
            Self::ManagedApplication => "Microsoft.Solutions/applicationDefinitions",
            Self::Policy => "Microsoft.Authorization/policyDefinitions",
        }
    }

    /// The path to the template in the properties of the resource.
    #[must_use]
    pub const fn template(self) -> &'static [&'static str] {
        match self {
            Self::TemplateSpec | Self::ManagedApplication => &["mainTemplate"],
            Self::Policy => &["policyRule", "then", "details", "deployment", "properties", "template"],
        }
    }

    /// The path, in the properties of the resource, to an object whose members give the template's parameters of these names when it is deployed.
    #[must_use]
    pub const fn given(self) -> Option<&'static [&'static str]> {
        match self {
            Self::TemplateSpec => None,
            Self::ManagedApplication => Some(&["createUiDefinition", "parameters", "outputs"]),
            Self::Policy => Some(&["policyRule", "then", "details", "deployment", "properties", "parameters"]),
        }
    }
}

/// For people: what it is.
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TemplateSpec => "template spec",
            Self::ManagedApplication => "managed application",
            Self::Policy => "policy",
        })
    }
}
