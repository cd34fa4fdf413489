//! Azure's built-in roles: data, not code.

const DATA: &str = include_str!("../data/roles.csv");

/// A built-in role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltInRole {
    /// The GUID of its definition.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Whether the role allows to read, wrap and unwrap keys.
    pub unwraps: bool,
}

/// The built-in roles that are known.
pub(crate) fn built_in_roles() -> impl Iterator<Item = BuiltInRole> {
    rows(DATA)
}

/// The role whose definition's id, or the end of it, is `id`.
#[must_use]
pub fn built_in_role(id: &str) -> Option<BuiltInRole> {
    let guid = id.trim_end_matches('/').rsplit('/').next().unwrap_or(id);
    built_in_roles().find(|role| role.id.eq_ignore_ascii_case(guid))
}

/// The only role with that name; `None` where there is none, or several: custom roles may share one.
#[must_use]
pub fn built_in_role_named(name: &str) -> Option<BuiltInRole> {
    only(DATA, name)
}

fn only(data: &'static str, name: &str) -> Option<BuiltInRole> {
    let mut named = rows(data).filter(|role| role.name.eq_ignore_ascii_case(name.trim()));
    let first = named.next()?;
    named.next().is_none().then_some(first)
}

fn rows(data: &'static str) -> impl Iterator<Item = BuiltInRole> {
    data.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut fields = line.split(',');
        let (id, name, unwraps) = (fields.next()?, fields.next()?, fields.next()?);
        Some(BuiltInRole { id, name, unwraps: unwraps == "yes" })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_found_by_id_and_by_name() {
        let user = built_in_role_named("key vault crypto service encryption user").unwrap();
        assert!(user.unwraps);
        assert_eq!(
            built_in_role(&format!("/providers/Microsoft.Authorization/roleDefinitions/{}", user.id)),
            Some(user)
        );
        assert!(!built_in_role("21090545-7CA7-4776-b22c-e363652d74d2").unwrap().unwraps);
        assert_eq!(built_in_role("00000000-0000-0000-0000-000000000000"), None);
        assert_eq!(built_in_role(""), None);
    }

    #[test]
    fn a_name_that_exists_twice_names_no_role() {
        assert_eq!(only("a,Twice,no\nb,Twice,yes\nc,Once,no\n", "twice"), None);
        assert_eq!(only("a,Twice,no\nb,Twice,yes\nc,Once,no\n", "Once").map(|role| role.id), Some("c"));
        assert_eq!(only("broken\n,\n", "broken"), None);
    }

    #[test]
    fn each_role_is_listed_once_with_a_guid() {
        let mut ids: Vec<&str> = built_in_roles().map(|role| role.id).collect();
        assert!(ids.len() > 10 && ids.iter().all(|id| id.len() == 36));
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), built_in_roles().count());
    }
}
