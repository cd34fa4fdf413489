resource d 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd'
  location: 'westeurope'
}
