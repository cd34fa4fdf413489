using 'main.bicep'
param e = false
