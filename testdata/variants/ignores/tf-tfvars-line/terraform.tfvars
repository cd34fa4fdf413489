location = "northeurope" # cmklint-ignore: CMK020 -- later
