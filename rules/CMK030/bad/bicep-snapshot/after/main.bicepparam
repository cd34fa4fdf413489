using 'main.bicep'

param group = 'rg-archive'
