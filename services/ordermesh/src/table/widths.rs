//! The widths of a table's columns: the widest are narrowed first.

use comfy_table::Cell;

/// The longest word that is kept whole: an id followed by a number.
const LONGEST_WORD: usize = 40;

/// Returns the width of each column's content. A column broken between words may need less than its
/// share; the others get the difference.
pub(super) fn widths(columns: &[Needs], room: usize) -> Vec<usize> {
    let words: Vec<usize> = columns.iter().map(|needs| needs.word).collect();
    let least = filled(&vec![0; words.len()], &words, room);
    let mut wanted: Vec<usize> = columns.iter().map(|needs| needs.broken_at(room)).collect();
    loop {
        let given = filled(&least, &wanted, room);
        let spare = |at: &usize| given[*at] - columns[*at].broken_at(given[*at]).min(given[*at]);
        // One at a time, since its spare width may save the others from breaks.
        match (0..given.len()).max_by_key(spare).filter(|at| spare(at) > 0) {
            Some(at) => wanted[at] = given[at] - spare(&at),
            None => return given,
        }
    }
}

/// Gives every column the same width, within its own minimum and maximum, so that together they
/// fill the room.
fn filled(least: &[usize], wanted: &[usize], room: usize) -> Vec<usize> {
    let at =
        |level: usize| least.iter().zip(wanted).map(move |(low, high)| level.max(*low).min(*high));
    let level = (0..=room).rev().find(|level| at(*level).sum::<usize>() <= room);
    let mut widths: Vec<usize> = at(level.unwrap_or_default()).collect();
    let mut left = room.saturating_sub(widths.iter().sum());
    for (width, wanted) in widths.iter_mut().zip(wanted) {
        if left > 0 && *width < *wanted {
            *width += 1;
            left -= 1;
        }
    }
    widths
}

/// The width that a column needs.
#[derive(Debug, Clone, Default)]
pub(super) struct Needs {
    /// The lengths of its words, line by line.
    lines: Vec<Vec<usize>>,
    /// The width of its longest word.
    word: usize,
}

impl Needs {
    pub fn take(&mut self, cell: &Cell) {
        for line in cell.content().lines() {
            let words: Vec<usize> = line.split(' ').map(|word| word.chars().count()).collect();
            let longest = words.iter().copied().max().unwrap_or_default();
            self.word = self.word.max(longest.min(LONGEST_WORD));
            self.lines.push(words);
        }
    }

    /// Returns the longest line if no line may be longer than this.
    fn broken_at(&self, width: usize) -> usize {
        self.lines.iter().map(|words| broken(words, width)).max().unwrap_or_default()
    }
}

/// Returns the longest line of these words if no line may be longer than this.
fn broken(words: &[usize], width: usize) -> usize {
    let (mut longest, mut line) = (0, 0);
    for word in words {
        // A word that is too long for a line fills one.
        let word = (*word).min(width);
        line = if line > 0 && line + 1 + word <= width { line + 1 + word } else { word };
        longest = longest.max(line);
    }
    longest
}
