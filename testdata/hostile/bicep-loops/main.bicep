// Loops within loops.
var a = [for i in range(0, 1000): map(range(0, 1000), j => map(range(0, 1000), k => '${i}${j}${k}'))]
resource d 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd'
  location: a[0][0][0]
}
