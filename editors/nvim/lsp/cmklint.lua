-- cmklint's language server, for Neovim 0.11 and newer: put this folder (`editors/nvim`) into the runtime path, then `vim.lsp.enable("cmklint")`.
return {
  cmd = { "cmklint", "lsp" },
  filetypes = { "terraform", "terraform-vars", "hcl", "bicep", "bicep-params", "json", "jsonc" },
  root_markers = { ".cmklint.hcl", ".git" },
}
