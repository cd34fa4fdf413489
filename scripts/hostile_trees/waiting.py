"""What waits until it is looked up: roots of vaults and of roles, and modules that are left out."""
from common import BICEP_DISK, lines, tree

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
VAULT = "resource v 'Microsoft.KeyVault/vaults@2023-07-01' = {{\n name: '{}'\n location: 'a'\n properties: {{ sku: {{ name: 'standard', family: 'A' }}, enableRbacAuthorization: true }}\n}}\n"
EXISTING = "resource {} 'Microsoft.KeyVault/vaults@2023-07-01' existing = {{\n name: '{}'\n scope: resourceGroup('" + SUBSCRIPTION + "', 'g')\n}}\n"
SET = "resource s{0} 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {{\n name: 's{0}'\n location: 'a'\n identity: {{ type: 'SystemAssigned' }}\n properties: {{ activeKey: {{ sourceVault: {{ id: {1}.id }}, keyUrl: 'https://{2}.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' }} }}\n}}\n"
ROLE = "resource r 'Microsoft.Authorization/roleAssignments@2022-04-01' = {{\n name: guid('{}')\n properties: {{ principalId: '{}', roleDefinitionId: 'e147488a-f6f5-4113-8e2d-b22465e65bf6' }}\n}}\n"


@tree
def bicep_vaults_of_roots_in_a_chain():
    # Each root that is read looks up the vault of the next one.
    root = lambda i: VAULT.format(f"vault{i:04}") + EXISTING.format("n", f"vault{i + 1:04}") + f"resource x 'Microsoft.Authorization/roleAssignments@2022-04-01' = {{\n name: guid('{i}')\n scope: n\n properties: {{ principalId: n.properties.vaultUri, roleDefinitionId: n.id }}\n}}\n"
    first = EXISTING.format("n", "vault0000") + SET.format(0, "n", "vault0000")
    return {"a/main.bicep": first, **{f"r{i:04}/main.bicep": root(i) for i in range(1500)}}


@tree
def bicep_vaults_of_roots_all_looked_up():
    sets = lines(lambda i: EXISTING.format(f"n{i}", f"vault{i:04}") + SET.format(i, f"n{i}", f"vault{i:04}"), 900)
    return {"a/main.bicep": sets, **{f"r{i:04}/main.bicep": VAULT.format(f"vault{i:04}") for i in range(900)}}


@tree
def bicep_vaults_of_roots_that_share_modules():
    # The module that all reach names what is sought, and is large.
    shared = lines(lambda i: f"module m{i} '../n/{i}.bicep' = {{\n name: 'vault{i:04}'\n}}\n", 1500)
    first = lines(lambda i: EXISTING.format(f"n{i}", f"vault{i:04}x") + SET.format(i, f"n{i}", f"vault{i:04}x"), 200)
    roots = {f"r{i:04}/main.bicep": VAULT.format(f"v{i}") + "module w '../w/main.bicep' = {\n name: 'w'\n}\n" for i in range(1500)}
    return {"a/main.bicep": first, "w/main.bicep": shared, **{f"n/{i}.bicep": "var vault = 'vault'\n" for i in range(1500)}, **roots}


@tree
def bicep_roles_of_many_roots():
    first = VAULT.format("vaultshop") + lines(lambda i: SET.format(i, "v", "vaultshop"), 300)
    return {"a/main.bicep": first, **{f"r{i:04}/main.bicep": f"var vaultshop = '{i}'\n" + ROLE.format(i, i) for i in range(2500)}}


@tree
def bicep_modules_left_out_of_roots():
    root = BICEP_DISK.format("'a'") + "module w '../w/main.bicep' = {\n name: 'w'\n}\n"
    shared = BICEP_DISK.format("'a'") + lines(lambda i: f"module m{i} '../n/{i}.bicep' = {{\n name: 'm{i}'\n}}\n", 2000)
    return {**{f"r{i:04}/main.bicep": root for i in range(1500)}, "w/main.bicep": shared, **{f"n/{i}.bicep": "output o string = 'a'\n" for i in range(2000)}}


@tree
def bicep_modules_left_out_and_looked_up():
    root = BICEP_DISK.format("v.location") + "resource v 'Microsoft.Network/virtualNetworks@2023-11-01' existing = {\n name: 'v'\n}\n"
    root += lines(lambda i: f"module m{i} '../n/{i % 40}.bicep' = {{\n name: 'm{i}'\n}}\n", 150)
    network = lines(lambda i: f"resource v{i} 'Microsoft.Network/virtualNetworks@2023-11-01' = {{\n name: 'v{i}'\n location: 'a'\n}}\n", 20)
    return {**{f"r{i:04}/main.bicep": root for i in range(80)}, **{f"n/{i}.bicep": network for i in range(40)}}


@tree
def bicep_identities_handed_to_modules_away():
    away = lambda i: f"module m{i} 'br/contoso:a/b:1' = {{\n name: 'm{i}'\n params: {{ a: 1 }}\n}}\n"
    return {"main.bicep": BICEP_DISK.format("'a'") + "module w 'w.bicep' = {\n name: 'w'\n}\n", "w.bicep": lines(away, 12000)}


@tree
def bicep_types_without_end():
    return {"main.bicep": BICEP_DISK.format("'a'") + "module w 'w.bicep' = {\n name: 'w'\n}\n", "w.bicep": "var a = '''" + "@/a" * 150000 + "'''\n", "x.bicep": "var a = '" + "/@" * 100000 + "'\n" + "// module m '" + "a" * 100000}
