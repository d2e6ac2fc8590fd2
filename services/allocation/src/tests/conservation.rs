//! Rule A1 over random histories.
