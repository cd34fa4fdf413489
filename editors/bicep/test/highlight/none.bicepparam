using none
// <- keyword.import
//    ^ constant.builtin
