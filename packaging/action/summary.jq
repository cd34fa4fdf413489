# The JSON report as a Markdown table, at most 100 rows. What comes from the analyzed files is shown as text, whatever it holds.
def cell: gsub("[\\x00-\\x1f\\x7f]"; " ") | gsub("&"; "&amp;") | gsub("<"; "&lt;") | gsub(">"; "&gt;")
  | gsub("(?<c>[\\\\`*_{}\\[\\]()#+!|~@:])"; "\\\(.c)");
(.issues | length) as $count
| (.errors | length) as $errors
| (if $count == 0 then "No findings." elif $count == 1 then "1 finding." else "\($count) findings." end)
  + (if $errors == 0 then "" else " \($errors) diagnostics: see the log." end),
  (if $count == 0 then empty else
    "", "| rule | level | where | what |", "|---|---|---|---|",
    (.issues[:100][] | "| \(.id) \(.rule.name | cell) | \(.level) | \(.range.filename | cell):\(.range.start.line) | \(.message | cell)"
      + (if .world == "" then "" else " (when \(.world | cell))" end) + " |"),
    (if $count > 100 then "", "… and \($count - 100) more." else empty end)
  end)
