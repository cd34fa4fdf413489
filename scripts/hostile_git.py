"""Hostile git repositories for hostile.py: objects that are small and say much. Each case makes its tree and says: arguments, what must hold of the run, further
arguments to run().
"""
import hashlib
import os
import struct
import subprocess
import zlib

FINDING = """resource "azurerm_key_vault_key" "key" {
  name         = "disks"
  key_vault_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"
  key_type     = "EC"
}
resource "azurerm_disk_encryption_set" "des" {
  name             = "des"
  key_vault_key_id = azurerm_key_vault_key.key.id
}
"""


def repository(folder, text):
    """A repository with one commit, which holds `text` as main.tf."""
    (folder / "main.tf").write_text(text)
    git = lambda *args: subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *args], cwd=folder, check=True, capture_output=True)
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "a")
    return git


def loose(folder, kind, size, chunks):
    """Writes a loose object from `chunks` of bytes; its id."""
    head = b"%s %d\0" % (kind, size)
    digest, packed, compressor = hashlib.sha1(head), [], zlib.compressobj(9)
    packed.append(compressor.compress(head))
    for chunk in chunks:
        digest.update(chunk)
        packed.append(compressor.compress(chunk))
    packed.append(compressor.flush())
    name = digest.hexdigest()
    path = folder / ".git/objects" / name[:2] / name[2:]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(packed))
    return name


def commit(folder, git, tree):
    """A commit of `tree`, as the branch `bomb`."""
    text = f"tree {tree}\nauthor a <a@example.org> 0 +0000\ncommitter a <a@example.org> 0 +0000\n\na\n".encode()
    git("update-ref", "refs/heads/bomb", loose(folder, b"commit", len(text), [text]))


def ended(ran):
    return None if ran.code in (0, 1, 2) else "did not end"


def git_config_fifo(folder):
    repository(folder, FINDING)
    (folder / ".git/config").unlink()
    os.mkfifo(folder / ".git/config")
    return ["--base", "HEAD"], lambda ran: None if ran.code in (0, 1, 2) else "waited", {}


def git_alternates_fifo(folder):
    repository(folder, FINDING)
    os.mkfifo(folder / ".git/objects/info/alternates")
    return ["--base", "HEAD"], lambda ran: None if ran.code in (0, 1, 2) else "waited", {}


def git_bomb(folder):
    git = repository(folder, FINDING)
    size, chunk = 1 << 30, b" " * (1 << 20)
    blob = loose(folder, b"blob", size, (chunk for _ in range(size // len(chunk))))
    entry = b"100644 main.tf\0" + bytes.fromhex(blob)
    tree = loose(folder, b"tree", len(entry), [entry])
    commit(folder, git, tree)
    return ["--base", "bomb"], lambda ran: None if ran.code in (1, 2) else "not told", {}


def entries(folder, mode, names, name):
    """A tree of the object `name` under many names."""
    text = b"".join(mode + b" " + own + b"\0" + bytes.fromhex(name) for own in names)
    return loose(folder, b"tree", len(text), [text])


def git_long_paths(folder):
    git = repository(folder, FINDING)
    blob = loose(folder, b"blob", 0, [])
    many = entries(folder, b"100644", (b"%05d" % i for i in range(60000)), blob)
    commit(folder, git, entries(folder, b"40000", [b"a" * 20000], many))
    return ["--base", "bomb"], ended, {}


def git_same_trees(folder):
    """Three hundred thousand files, by four objects."""
    git = repository(folder, FINDING)
    text = b'resource "azurerm_managed_disk" "d" {\n name = "d"\n location = "a"\n}\n'
    blob = loose(folder, b"blob", len(text), [text])
    tree = entries(folder, b"100644", (b"%03d.tf" % i for i in range(60)), blob)
    for _ in range(3):
        tree = entries(folder, b"40000", (b"%03d" % i for i in range(17)), tree)
    commit(folder, git, tree)
    return ["--base", "bomb"], ended, {}


def varint(number):
    out = b""
    while True:
        low, number = number & 0x7F, number >> 7
        out += bytes([low | (0x80 if number else 0)])
        if not number:
            return out


def object_head(kind, size):
    low, size = (kind << 4) | (size & 15), size >> 4
    return bytes([low | 0x80]) + varint(size) if size else bytes([low])


def offset(number):
    out, number = bytes([number & 0x7F]), number >> 7
    while number:
        number -= 1
        out, number = bytes([0x80 | (number & 0x7F)]) + out, number >> 7
    return out


def copy_all_but_four(size):
    """A delta that copies all but the last four bytes of a text of `size` bytes."""
    out, at, keep = varint(size) * 2, 0, size - 4
    while at < keep:
        length = min(0xFFFFFF, keep - at)
        out, at = out + bytes([0x80 | 0x0F | 0x70]) + struct.pack("<I", at) + struct.pack("<I", length)[:3], at + length
    return out


def git_deltas(folder, count=6000, size=15 << 20):
    """A file of `size` bytes that `count` deltas, each of the one before, change in its last line."""
    git = repository(folder, FINDING)
    text = (b"# " + b"a" * 77 + b"\n") * (size // 80)
    size, start = len(text), b"blob %d\0" % len(text)
    objects, offsets = [object_head(3, size) + zlib.compress(text, 9)], [12]
    begins = hashlib.sha1(start + text[:-4])
    names = [hashlib.sha1(start + text).digest()]
    copied = copy_all_but_four(size)
    for i in range(count):
        end = b"%03x\n" % (i & 0xFFF)
        delta = copied + bytes([4]) + end
        offsets.append(offsets[-1] + len(objects[-1]))
        objects.append(object_head(6, len(delta)) + offset(offsets[-1] - offsets[-2]) + zlib.compress(delta, 9))
        own = begins.copy()
        own.update(end)
        names.append(own.digest())
    pack = b"PACK" + struct.pack(">II", 2, len(objects)) + b"".join(objects)
    pack += hashlib.sha1(pack).digest()
    rows = sorted({name: (name, at, zlib.crc32(raw)) for name, at, raw in zip(names, offsets, objects)}.values())
    fan = [sum(row[0][0] <= first for row in rows) for first in range(256)]
    index = b"\xfftOc" + struct.pack(">257I", 2, *fan) + b"".join(row[0] for row in rows)
    index += b"".join(struct.pack(">I", row[2]) for row in rows) + b"".join(struct.pack(">I", row[1]) for row in rows) + pack[-20:]
    index += hashlib.sha1(index).digest()
    place = folder / ".git/objects/pack"
    place.mkdir(parents=True, exist_ok=True)
    (place / f"pack-{pack[-20:].hex()}.pack").write_bytes(pack)
    (place / f"pack-{pack[-20:].hex()}.idx").write_bytes(index)
    commit(folder, git, entries(folder, b"100644", [b"main.tf"], names[-1].hex()))
    return ["--base", "bomb"], ended, {}


CASES = [git_config_fifo, git_alternates_fifo, git_bomb, git_long_paths, git_same_trees, git_deltas]
