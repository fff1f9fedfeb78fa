//! What the program prints, word for word: each `cmd/*.trycmd` is a list of commands and their answers.

#[test]
fn the_program_says_what_the_files_say() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd");
}
