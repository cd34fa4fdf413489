#!/usr/bin/env bash
# Makes the pictures of docs/tour.md anew: cmklint in a terminal, in Neovim and as a map, all on testdata/mixed. Needs tmux, Neovim 0.11, Chromium, npm, and `rich`
# for the Python in target/venv, which it installs.
#   scripts/tour.sh [BINARY]
set -euo pipefail
cd "$(dirname "$0")/.."
readonly BINARY=$(realpath "${1:-target/debug/cmklint}") VENV="$PWD/target/venv" TO="$PWD/docs/tour" RICH=15.0.0
PATH="$VENV/bin:$PATH"
mkdir -p "$TO"
"$VENV/bin/pip" install --quiet "rich==$RICH"
tree=$(mktemp -d)
trap 'tmux -L cmklint-tour kill-server 2>/dev/null || true; rm -rf "$tree"' EXIT
cp -r testdata/mixed/. "$tree"
rm -f "$tree/expected.txt" "$tree/README.md"
mkdir "$tree/.git" "$tree/bin"
ln -s "$BINARY" "$tree/bin/cmklint"
# What the tests expect is not what a reader sees.
find "$tree" -name '*.tf' -o -name '*.bicep' -o -name '*.json' | xargs sed -i -E 's@ *(#|//) expect: CMK[0-9]+$@@'
picture() { python "$PWD/scripts/terminal_svg.py" "$@"; }
inside() { (cd "$tree" && PATH="$tree/bin:$PATH" COLUMNS=104 "$@") || [ $? -eq 2 ]; }

inside cmklint --color --only CMK020 | picture "cmklint" > "$TO/terminal.svg"
inside cmklint --no-color --fix --diff --only CMK070 | picture "cmklint --fix --diff" > "$TO/fix.svg"

cat > "$tree/tour.lua" <<'LUA'
vim.opt.runtimepath:append(vim.env.CONFIGURATION)
vim.opt.termguicolors, vim.opt.number, vim.opt.signcolumn, vim.opt.laststatus, vim.opt.ruler = true, true, "yes", 0, false
vim.opt.wrap, vim.opt.scrolloff = false, 4
vim.filetype.add({ extension = { tf = "terraform", bicep = "bicep" } })
local function first_line(found)
  local rows, row = {}, ""
  for word in found.message:match("[^\n]*"):gmatch("%S+") do
    if #row + #word > 78 then rows[#rows + 1], row = row, "" end
    row = row == "" and word or row .. " " .. word
  end
  return table.concat(rows, "\n") .. "\n" .. row
end
vim.diagnostic.config({ virtual_lines = { format = first_line }, signs = true })
vim.lsp.enable("cmklint")
vim.api.nvim_create_autocmd("DiagnosticChanged", { once = true, callback = function()
  vim.fn.search("northeurope")
  vim.cmd("normal! zt")
  vim.fn.search("local.encryption_set_id")
  vim.defer_fn(function() vim.lsp.buf.hover({ border = "rounded", max_width = 84 }) end, 300)
end })
vim.cmd.edit("disks/main.tf")
LUA
tmux -L cmklint-tour -f /dev/null new-session -d -x 118 -y 34 -c "$tree" \
  "env PATH='$tree/bin:$PATH' CONFIGURATION='$PWD/editors/nvim' XDG_STATE_HOME='$tree/s' XDG_DATA_HOME='$tree/d' COLORTERM=truecolor TERM=tmux-256color nvim --clean -n -S tour.lua"
for _ in $(seq 60); do
  sleep 0.5
  tmux -L cmklint-tour capture-pane -ep > "$tree/screen"
  grep -q "in the vault" "$tree/screen" && break
done
grep -q "in the vault" "$tree/screen" || { echo "Neovim shows no hover" >&2; cat "$tree/screen" >&2; exit 1; }
picture "disks/main.tf: a finding, and what the disk leads to" < "$tree/screen" > "$TO/editor.svg"

(cd crates/report/browser && npm ci --no-audit --no-fund --silent)
[ -n "${PAGE:-}" ] && cp "$PAGE" "$tree/map.html" || inside cmklint graph --format html > "$tree/map.html"
node crates/report/browser/picture.js "$tree/map.html" "$TO/map.png"
ls -l "$TO"
