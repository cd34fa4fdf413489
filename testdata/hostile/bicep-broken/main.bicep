// What a parser tries to recover from for seconds.
resource d 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd'
  location: 'westeurope'
}
var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in var a = [for x in [for x in 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
func f(x) => (y => (z => 
