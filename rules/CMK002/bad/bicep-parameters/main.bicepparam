using 'main.bicep'

param keySize = 1024 // expect: CMK002
