// A table that a parameter nobody knows is the key of.
param x string
var t = {
  k0: { location: 'region0' }
  k1: { location: 'region1' }
  k2: { location: 'region2' }
  k3: { location: 'region3' }
  k4: { location: 'region4' }
  k5: { location: 'region5' }
  k6: { location: 'region6' }
  k7: { location: 'region7' }
  k8: { location: 'region8' }
  k9: { location: 'region9' }
  k10: { location: 'region10' }
  k11: { location: 'region11' }
  k12: { location: 'region12' }
  k13: { location: 'region13' }
  k14: { location: 'region14' }
  k15: { location: 'region15' }
  k16: { location: 'region16' }
  k17: { location: 'region17' }
  k18: { location: 'region18' }
  k19: { location: 'region19' }
  k20: { location: 'region20' }
  k21: { location: 'region21' }
  k22: { location: 'region22' }
  k23: { location: 'region23' }
  k24: { location: 'region24' }
  k25: { location: 'region25' }
  k26: { location: 'region26' }
  k27: { location: 'region27' }
  k28: { location: 'region28' }
  k29: { location: 'region29' }
  k30: { location: 'region30' }
  k31: { location: 'region31' }
  k32: { location: 'region32' }
  k33: { location: 'region33' }
  k34: { location: 'region34' }
  k35: { location: 'region35' }
  k36: { location: 'region36' }
  k37: { location: 'region37' }
  k38: { location: 'region38' }
  k39: { location: 'region39' }
  k40: { location: 'region40' }
  k41: { location: 'region41' }
  k42: { location: 'region42' }
  k43: { location: 'region43' }
  k44: { location: 'region44' }
  k45: { location: 'region45' }
  k46: { location: 'region46' }
  k47: { location: 'region47' }
  k48: { location: 'region48' }
  k49: { location: 'region49' }
  k50: { location: 'region50' }
  k51: { location: 'region51' }
  k52: { location: 'region52' }
  k53: { location: 'region53' }
  k54: { location: 'region54' }
  k55: { location: 'region55' }
  k56: { location: 'region56' }
  k57: { location: 'region57' }
  k58: { location: 'region58' }
  k59: { location: 'region59' }
  k60: { location: 'region60' }
  k61: { location: 'region61' }
  k62: { location: 'region62' }
  k63: { location: 'region63' }
  k64: { location: 'region64' }
  k65: { location: 'region65' }
  k66: { location: 'region66' }
  k67: { location: 'region67' }
  k68: { location: 'region68' }
  k69: { location: 'region69' }
  k70: { location: 'region70' }
  k71: { location: 'region71' }
  k72: { location: 'region72' }
  k73: { location: 'region73' }
  k74: { location: 'region74' }
  k75: { location: 'region75' }
  k76: { location: 'region76' }
  k77: { location: 'region77' }
  k78: { location: 'region78' }
  k79: { location: 'region79' }
  k80: { location: 'region80' }
  k81: { location: 'region81' }
  k82: { location: 'region82' }
  k83: { location: 'region83' }
  k84: { location: 'region84' }
  k85: { location: 'region85' }
  k86: { location: 'region86' }
  k87: { location: 'region87' }
  k88: { location: 'region88' }
  k89: { location: 'region89' }
  k90: { location: 'region90' }
  k91: { location: 'region91' }
  k92: { location: 'region92' }
  k93: { location: 'region93' }
  k94: { location: 'region94' }
  k95: { location: 'region95' }
  k96: { location: 'region96' }
  k97: { location: 'region97' }
  k98: { location: 'region98' }
  k99: { location: 'region99' }
  k100: { location: 'region100' }
  k101: { location: 'region101' }
  k102: { location: 'region102' }
  k103: { location: 'region103' }
  k104: { location: 'region104' }
  k105: { location: 'region105' }
  k106: { location: 'region106' }
  k107: { location: 'region107' }
  k108: { location: 'region108' }
  k109: { location: 'region109' }
  k110: { location: 'region110' }
  k111: { location: 'region111' }
  k112: { location: 'region112' }
  k113: { location: 'region113' }
  k114: { location: 'region114' }
  k115: { location: 'region115' }
  k116: { location: 'region116' }
  k117: { location: 'region117' }
  k118: { location: 'region118' }
  k119: { location: 'region119' }
  k120: { location: 'region120' }
  k121: { location: 'region121' }
  k122: { location: 'region122' }
  k123: { location: 'region123' }
  k124: { location: 'region124' }
  k125: { location: 'region125' }
  k126: { location: 'region126' }
  k127: { location: 'region127' }
  k128: { location: 'region128' }
  k129: { location: 'region129' }
  k130: { location: 'region130' }
  k131: { location: 'region131' }
  k132: { location: 'region132' }
  k133: { location: 'region133' }
  k134: { location: 'region134' }
  k135: { location: 'region135' }
  k136: { location: 'region136' }
  k137: { location: 'region137' }
  k138: { location: 'region138' }
  k139: { location: 'region139' }
  k140: { location: 'region140' }
  k141: { location: 'region141' }
  k142: { location: 'region142' }
  k143: { location: 'region143' }
  k144: { location: 'region144' }
  k145: { location: 'region145' }
  k146: { location: 'region146' }
  k147: { location: 'region147' }
  k148: { location: 'region148' }
  k149: { location: 'region149' }
  k150: { location: 'region150' }
  k151: { location: 'region151' }
  k152: { location: 'region152' }
  k153: { location: 'region153' }
  k154: { location: 'region154' }
  k155: { location: 'region155' }
  k156: { location: 'region156' }
  k157: { location: 'region157' }
  k158: { location: 'region158' }
  k159: { location: 'region159' }
  k160: { location: 'region160' }
  k161: { location: 'region161' }
  k162: { location: 'region162' }
  k163: { location: 'region163' }
  k164: { location: 'region164' }
  k165: { location: 'region165' }
  k166: { location: 'region166' }
  k167: { location: 'region167' }
  k168: { location: 'region168' }
  k169: { location: 'region169' }
  k170: { location: 'region170' }
  k171: { location: 'region171' }
  k172: { location: 'region172' }
  k173: { location: 'region173' }
  k174: { location: 'region174' }
  k175: { location: 'region175' }
  k176: { location: 'region176' }
  k177: { location: 'region177' }
  k178: { location: 'region178' }
  k179: { location: 'region179' }
  k180: { location: 'region180' }
  k181: { location: 'region181' }
  k182: { location: 'region182' }
  k183: { location: 'region183' }
  k184: { location: 'region184' }
  k185: { location: 'region185' }
  k186: { location: 'region186' }
  k187: { location: 'region187' }
  k188: { location: 'region188' }
  k189: { location: 'region189' }
  k190: { location: 'region190' }
  k191: { location: 'region191' }
  k192: { location: 'region192' }
  k193: { location: 'region193' }
  k194: { location: 'region194' }
  k195: { location: 'region195' }
  k196: { location: 'region196' }
  k197: { location: 'region197' }
  k198: { location: 'region198' }
  k199: { location: 'region199' }
  k200: { location: 'region200' }
  k201: { location: 'region201' }
  k202: { location: 'region202' }
  k203: { location: 'region203' }
  k204: { location: 'region204' }
  k205: { location: 'region205' }
  k206: { location: 'region206' }
  k207: { location: 'region207' }
  k208: { location: 'region208' }
  k209: { location: 'region209' }
  k210: { location: 'region210' }
  k211: { location: 'region211' }
  k212: { location: 'region212' }
  k213: { location: 'region213' }
  k214: { location: 'region214' }
  k215: { location: 'region215' }
  k216: { location: 'region216' }
  k217: { location: 'region217' }
  k218: { location: 'region218' }
  k219: { location: 'region219' }
  k220: { location: 'region220' }
  k221: { location: 'region221' }
  k222: { location: 'region222' }
  k223: { location: 'region223' }
  k224: { location: 'region224' }
  k225: { location: 'region225' }
  k226: { location: 'region226' }
  k227: { location: 'region227' }
  k228: { location: 'region228' }
  k229: { location: 'region229' }
  k230: { location: 'region230' }
  k231: { location: 'region231' }
  k232: { location: 'region232' }
  k233: { location: 'region233' }
  k234: { location: 'region234' }
  k235: { location: 'region235' }
  k236: { location: 'region236' }
  k237: { location: 'region237' }
  k238: { location: 'region238' }
  k239: { location: 'region239' }
  k240: { location: 'region240' }
  k241: { location: 'region241' }
  k242: { location: 'region242' }
  k243: { location: 'region243' }
  k244: { location: 'region244' }
  k245: { location: 'region245' }
  k246: { location: 'region246' }
  k247: { location: 'region247' }
  k248: { location: 'region248' }
  k249: { location: 'region249' }
  k250: { location: 'region250' }
  k251: { location: 'region251' }
  k252: { location: 'region252' }
  k253: { location: 'region253' }
  k254: { location: 'region254' }
  k255: { location: 'region255' }
  k256: { location: 'region256' }
  k257: { location: 'region257' }
  k258: { location: 'region258' }
  k259: { location: 'region259' }
  k260: { location: 'region260' }
  k261: { location: 'region261' }
  k262: { location: 'region262' }
  k263: { location: 'region263' }
  k264: { location: 'region264' }
  k265: { location: 'region265' }
  k266: { location: 'region266' }
  k267: { location: 'region267' }
  k268: { location: 'region268' }
  k269: { location: 'region269' }
  k270: { location: 'region270' }
  k271: { location: 'region271' }
  k272: { location: 'region272' }
  k273: { location: 'region273' }
  k274: { location: 'region274' }
  k275: { location: 'region275' }
  k276: { location: 'region276' }
  k277: { location: 'region277' }
  k278: { location: 'region278' }
  k279: { location: 'region279' }
  k280: { location: 'region280' }
  k281: { location: 'region281' }
  k282: { location: 'region282' }
  k283: { location: 'region283' }
  k284: { location: 'region284' }
  k285: { location: 'region285' }
  k286: { location: 'region286' }
  k287: { location: 'region287' }
  k288: { location: 'region288' }
  k289: { location: 'region289' }
  k290: { location: 'region290' }
  k291: { location: 'region291' }
  k292: { location: 'region292' }
  k293: { location: 'region293' }
  k294: { location: 'region294' }
  k295: { location: 'region295' }
  k296: { location: 'region296' }
  k297: { location: 'region297' }
  k298: { location: 'region298' }
  k299: { location: 'region299' }
}
resource d0 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd0'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d1 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd1'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d2 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd2'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d3 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd3'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d4 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd4'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d5 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd5'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d6 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd6'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d7 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd7'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d8 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd8'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d9 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd9'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d10 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd10'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d11 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd11'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d12 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd12'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d13 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd13'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d14 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd14'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d15 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd15'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d16 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd16'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d17 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd17'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d18 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd18'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
resource d19 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd19'
  location: t[x].location == t[toLower(x)].location ? t[x].location : 'westus'
}
