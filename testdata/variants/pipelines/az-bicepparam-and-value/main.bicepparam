using 'main.bicep'

param setLocation = 'northeurope'
param diskLocation = 'northeurope'
