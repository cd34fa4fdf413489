targetScope = 'subscription'
// <- keyword
//          ^ operator
//            ^ string
//             ^ string

metadata owner = null
// <- keyword
//       ^ property
//               ^ constant.builtin

import { a as b } from './shared.bicep'
// <- keyword.import
//     ^ punctuation.bracket
//       ^ variable
//         ^ keyword.import
//            ^ variable
//                ^ keyword.import
//                      ^ string.special.path

import * as shared from './shared.bicep'
//     ^ operator
//          ^ module

extension az as cloud
// <- keyword
//        ^ module
//              ^ module

@sys.description('What it is')
// <- attribute
//^ module
//  ^ punctuation.delimiter
//   ^ attribute
//               ^ string
@secure()
//^ attribute
param name string = 'disk-${prefix}\n'
// <- keyword
//    ^ variable.parameter
//         ^ type.builtin
//                   ^ string
//                        ^ punctuation.special
//                          ^ variable
//                                ^ punctuation.special
//                                 ^ string.escape

param sizes int[]?
//    ^ variable.parameter
//          ^ type.builtin
//             ^ punctuation.bracket
//               ^ operator

var total = 3 + -4
// <- keyword
//  ^ variable
//        ^ operator
//          ^ number
//            ^ operator
//              ^ operator
//               ^ number

var text = $'''a ${b} c'''
//         ^ string
//             ^ string
//                 ^ variable
//                  ^ punctuation.special
//                     ^ string

type disk = {
// <- keyword
//   ^ type.definition
  @minLength(1)
  //^ attribute
  name: string
  // <- property
  //  ^ punctuation.delimiter
  //    ^ type.builtin
  kind: shared.kind | 'other'
  //    ^ type
  //           ^ type
  //                ^ operator
  //                   ^ string
  *: bool
  // <- operator
}

type derived = resourceInput<'Microsoft.Compute/disks@2023-10-02'>.properties
//             ^ type.builtin
//                          ^ punctuation.bracket

func double(of int) int => of * 2
// <- keyword
//   ^ function
//          ^ variable.parameter
//             ^ type.builtin
//                  ^ type.builtin
//                      ^ operator
//                         ^ variable
//                            ^ operator

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
// <- keyword
//       ^ variable
//              ^ string.special
//                                                    ^ keyword.modifier
  name: sys.concat('a', b)
  // <- property
  //    ^ module
  //        ^ function.method.call
  resource: 1
  // <- property
  'x-y': 2
  //^ property
}

#disable-next-line BCP037
// <- keyword.directive
module disks './disks.bicep' = [for (item, i) in items: if (item.on) {
// <- keyword
//            ^ string.special.path
//                              ^ keyword.repeat
//                                   ^ variable.parameter
//                                         ^ variable.parameter
//                                            ^ keyword.repeat
//                                                      ^ keyword.conditional
//                                                          ^ variable
//                                                               ^ property
  params: { ids: map(xs, x => x.?id ?? vault::key.id), ...rest }
  //             ^ function.call
  //                     ^ variable.parameter
  //                       ^ operator
  //                             ^ property
  //                                ^ operator
  //                                        ^ punctuation.delimiter
  //                                          ^ variable
  //                                                   ^ operator
}]

output found bool = a ? true : false
// <- keyword
//           ^ type.builtin
//                    ^ operator
//                      ^ boolean
//                           ^ operator
