//! A site that is added to the fixtures is compiled in by the next build.

fn main() {
    println!("cargo::rerun-if-changed=../../fixtures/sites");
}
