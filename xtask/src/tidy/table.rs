//! Tables and lists in Markdown, as far as the checks read them.
//!
//! Contract: a row keeps its line number; cells lose the backticks around them. Source: GitHub Flavored Markdown, "Tables".

/// A row of a table.
pub(super) struct Row {
    /// Counted from one.
    pub(super) line: usize,
    /// One text a column.
    pub(super) cells: Vec<String>,
}

/// The rows of the first table with this header, or `None` where there is no such table.
pub(super) fn rows(markdown: &str, header: &[&str]) -> Option<Vec<Row>> {
    let mut lines = markdown.lines().enumerate();
    lines.find(|(_, line)| cells(line).is_some_and(|cells| cells == header))?;
    let rows = lines
        .skip(1) // the line of dashes
        .map_while(|(index, line)| Some(Row { line: index + 1, cells: cells(line)? }));
    Some(rows.collect())
}

fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect())
}

/// How many list items stand under the heading that names `subject`, before the next heading.
pub(super) fn items_under(markdown: &str, subject: &str) -> usize {
    let heading = |line: &&str| line.starts_with('#');
    markdown
        .lines()
        .skip_while(|line| !(heading(line) && line.contains(subject)))
        .skip(1)
        .take_while(|line| !heading(line))
        .filter(|line| line.starts_with("- ") || line.starts_with("* ") || is_numbered(line))
        .count()
}

fn is_numbered(line: &str) -> bool {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < line.len() && rest.starts_with(". ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# A\n\n| file | n |\n|---|---|\n| `a.rs` | 2 |\n| b.rs | 1 |\n\ntext\n\
                        ## `a.rs`\n- one\n  - detail\n2. two\n## `b.rs`\n* one\n";

    #[test]
    fn rows_and_items() {
        let rows = rows(TEXT, &["file", "n"]).unwrap_or_default();
        let seen: Vec<_> = rows.iter().map(|row| (row.line, row.cells.join(" "))).collect();
        assert_eq!(seen, [(5, "a.rs 2".to_owned()), (6, "b.rs 1".to_owned())]);
        assert!(super::rows(TEXT, &["other"]).is_none());
        for (subject, count) in [("a.rs", 2), ("b.rs", 1), ("c.rs", 0)] {
            assert_eq!(items_under(TEXT, subject), count, "{subject}");
        }
    }
}
