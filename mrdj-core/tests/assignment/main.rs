//! Who sees which variant: the same as in a browser, the same as yesterday, and something for every input.

mod agreement;
mod golden;
mod properties;
