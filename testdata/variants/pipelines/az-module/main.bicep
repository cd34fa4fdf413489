module disk 'disk.bicep' = {
  name: 'disk'
  params: { diskLocation: 'westeurope' }
}
