//! How far a text was read, and what can read one.

/// What is observed of a text that ends here: one of few results by its number; `None` where the evaluation fails.
pub(crate) type Observed = Option<u32>;

/// The separators of pieces.
#[derive(Clone, Debug)]
pub(crate) struct Splitter(pub(super) Vec<Vec<char>>);

/// How far a machine has read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum State {
    /// Whatever follows, this is observed.
    Done(Observed),
    /// A place, and a count.
    At(u32, u32),
    /// A place in those of some texts that still fit.
    Among(usize, Vec<usize>),
    /// The states of inner machines, with a count and letters that they haven't been given yet.
    Inner(u32, Vec<char>, Vec<Self>),
}

/// What reads a text letter by letter.
pub(super) trait Reads {
    /// The state before the first letter.
    fn start(&self) -> State;

    /// The state after one more letter.
    fn read(&self, state: &State, c: char) -> State;

    /// What is observed if the text ends here.
    fn end(&self, state: &State) -> Observed;
}

impl Splitter {
    /// Several separators are taken where each is a single letter.
    pub(crate) fn new(separators: &[String]) -> Option<Self> {
        let all: Vec<Vec<char>> = separators.iter().map(|separator| separator.chars().collect()).collect();
        let fits = all.len() == 1 || all.iter().all(|separator| separator.len() == 1);
        (fits && all.iter().all(|separator| !separator.is_empty())).then_some(Self(all))
    }

    /// Reads `c` after the letters in `open`, which may begin a separator. What is certain to belong to the piece is given to `letter`; true at the end of a piece.
    pub(super) fn read(&self, open: &mut Vec<char>, c: char, mut letter: impl FnMut(char)) -> bool {
        open.push(c);
        while !open.is_empty() {
            if self.0.iter().any(|separator| separator == open) {
                open.clear();
                return true;
            }
            if self.0.iter().any(|separator| separator.starts_with(open)) {
                return false;
            }
            letter(open.remove(0));
        }
        false
    }
}

/// The state of `inner` after all of `letters`.
pub(super) fn fed(inner: &dyn Reads, state: State, letters: impl IntoIterator<Item = char>) -> State {
    letters.into_iter().fold(state, |state, c| inner.read(&state, c))
}
