#include "textflag.h"

// func markAVX2(marks *byte, to, from unsafe.Pointer, blocks int)
//
// It copies blocks of 64 bytes, and for each it writes a word to marks: a bit for each
// byte that is a quote, a backslash, below a space, or beyond ASCII.
TEXT ·markAVX2(SB), NOSPLIT, $0-32
	MOVQ marks+0(FP), DI
	MOVQ to+8(FP), DX
	MOVQ from+16(FP), SI
	MOVQ blocks+24(FP), CX
	MOVQ $0x2222222222222222, AX // the quote
	MOVQ AX, X0
	VPBROADCASTQ X0, Y0
	MOVQ $0x5c5c5c5c5c5c5c5c, AX // the backslash
	MOVQ AX, X1
	VPBROADCASTQ X1, Y1
	MOVQ $0x2020202020202020, AX // above a control character and, with the sign, above what is beyond ASCII
	MOVQ AX, X2
	VPBROADCASTQ X2, Y2

block:
	VMOVDQU (SI), Y3
	VMOVDQU 32(SI), Y4
	VMOVDQU Y3, (DX)
	VMOVDQU Y4, 32(DX)
	VPCMPEQB Y3, Y0, Y5
	VPCMPEQB Y4, Y0, Y6
	VPCMPEQB Y3, Y1, Y7
	VPCMPEQB Y4, Y1, Y8
	VPCMPGTB Y3, Y2, Y3
	VPCMPGTB Y4, Y2, Y4
	VPOR Y5, Y7, Y5
	VPOR Y6, Y8, Y6
	VPOR Y3, Y5, Y3
	VPOR Y4, Y6, Y4
	VPMOVMSKB Y3, AX
	VPMOVMSKB Y4, BX
	SHLQ $32, BX
	ORQ  BX, AX
	MOVQ AX, (DI)
	ADDQ $64, SI
	ADDQ $64, DX
	ADDQ $8, DI
	DECQ CX
	JNZ  block
	VZEROUPPER
	RET

// func markAVX512(marks *byte, to, from unsafe.Pointer, blocks int)
//
// It is markAVX2 with half the instructions.
TEXT ·markAVX512(SB), NOSPLIT, $0-32
	MOVQ marks+0(FP), DI
	MOVQ to+8(FP), DX
	MOVQ from+16(FP), SI
	MOVQ blocks+24(FP), CX
	MOVL $0x22, AX
	VPBROADCASTB AX, Z0
	MOVL $0x5c, AX
	VPBROADCASTB AX, Z1
	MOVL $0x20, AX
	VPBROADCASTB AX, Z2

block:
	VMOVDQU64 (SI), Z3
	VMOVDQU64 Z3, (DX)
	VPCMPEQB Z3, Z0, K1
	VPCMPEQB Z3, Z1, K2
	VPCMPGTB Z3, Z2, K3
	KORQ K1, K2, K1
	KORQ K1, K3, K1
	KMOVQ K1, (DI)
	ADDQ $64, SI
	ADDQ $64, DX
	ADDQ $8, DI
	DECQ CX
	JNZ  block
	VZEROUPPER
	RET

// func vectors() (avx2, avx512 bool)
TEXT ·vectors(SB), NOSPLIT, $0-2
	MOVB $0, avx2+0(FP)
	MOVB $0, avx512+1(FP)
	XORL AX, AX
	XORL CX, CX
	CPUID
	CMPL AX, $7
	JB   done
	MOVL $1, AX
	XORL CX, CX
	CPUID
	ANDL $(1<<27 | 1<<28), CX // OSXSAVE and AVX
	CMPL CX, $(1<<27 | 1<<28)
	JNE  done
	XORL CX, CX
	XGETBV
	MOVL AX, SI // the registers that the system saves
	MOVL $7, AX
	XORL CX, CX
	CPUID
	MOVL SI, AX
	ANDL $6, AX
	CMPL AX, $6
	JNE  done
	BTL  $5, BX // AVX2
	SETCS avx2+0(FP)
	ANDL $0xe6, SI
	CMPL SI, $0xe6
	JNE  done
	ANDL $(1<<16 | 1<<30), BX // AVX512F and AVX512BW
	CMPL BX, $(1<<16 | 1<<30)
	SETEQ avx512+1(FP)

done:
	RET
