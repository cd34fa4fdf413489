# cmklint-ignore: CMK020 -- later
location = "northeurope"
