using 'main.bicep'

param group = 'rg-backup'
