using './main.bicep'
// <- keyword.import
//      ^ string.special.path

extends 'base.bicepparam'
// <- keyword.import
//       ^ string.special.path

var where = az.getSecret('a', 'b', 'c', 'd') // here
//          ^ module
//             ^ function.method.call
//                                           ^ comment

@inline()
//^ attribute
param sku
//    ^ variable.parameter

param size = readEnvironmentVariable('SIZE', '4')
//    ^ variable.parameter
//           ^ function.call

extensionConfig k8s with { kubeConfig: where }
// <- keyword
//              ^ module
//                  ^ keyword.import
//                         ^ property
//                                     ^ variable
