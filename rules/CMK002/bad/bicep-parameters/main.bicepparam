using 'main.bicep'

param keySize = 1024
